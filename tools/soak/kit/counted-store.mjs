/** A store that counts what is asked of the given one. `onAsked(name)` is told of each operation. */
export function countedStore(store, onAsked) {
  const counted = (name, operation) => {
    return (...args) => {
      onAsked(name);
      return operation(...args);
    };
  };
  const lockOf = (lock) => ({
    extend: counted('extend', (lifetime) => lock.extend(lifetime)),
    release: counted('release', () => lock.release()),
  });
  return {
    get: counted('get', (key) => store.get(key)),
    set: counted('set', (...args) => store.set(...args)),
    delete: counted('delete', (...args) => store.delete(...args)),
    replace: counted('replace', (...args) => store.replace(...args)),
    lock: counted('lock', async (...args) => {
      const lock = await store.lock(...args);
      return lock && lockOf(lock);
    }),
    close: () => store.close(),
  };
}
