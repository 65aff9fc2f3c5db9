/** A store that counts what is asked of the given one. `onAsked(name, key)` is told of each operation. */
export function countedStore(store, onAsked) {
  const counted = (name, operation) => {
    return (key, ...args) => {
      onAsked(name, key);
      return operation(key, ...args);
    };
  };
  const lockOf = (lock, key) => {
    const extend = counted('extend', (_key, lifetime) => lock.extend(lifetime));
    const release = counted('release', () => lock.release());
    return { extend: (lifetime) => extend(key, lifetime), release: () => release(key) };
  };
  return {
    get: counted('get', (key) => store.get(key)),
    set: counted('set', (key, ...args) => store.set(key, ...args)),
    delete: counted('delete', (key, ...args) => store.delete(key, ...args)),
    replace: counted('replace', (key, ...args) => store.replace(key, ...args)),
    lock: counted('lock', async (key, lifetime) => {
      const lock = await store.lock(key, lifetime);
      return lock && lockOf(lock, key);
    }),
    close: () => store.close(),
  };
}
