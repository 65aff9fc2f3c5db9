import { tokenExchange } from '@outbound-auth/core';
import { open as openOneClient } from '../kit/one-client.mjs';

/**
 * A scene: one client that the server refuses, for itself or, with `users`, for so many of them in turn.
 *
 * - `errors`: calls by what they failed with
 * - `waitedFor`: calls by how many token requests failed between their begin and their end
 */
export function open({ users, ...settings }) {
  const client = users === undefined ? settings.client : { ...settings.client, grant: tokenExchange() };
  const scene = openOneClient({ ...settings, client });
  const log = { errors: {}, waitedFor: {} };
  let failures = 0;

  const of = (auth, n, work) => (users === undefined ? work() : auth.withSubjectToken(`user-${n % users}`, work));

  const call = async (auth, n) => {
    const before = failures;
    try {
      return await of(auth, n, () => scene.call(auth));
    } catch (error) {
      const { code, server } = error;
      add(log.errors, server === undefined ? code : `${code}: ${server.error}`);
      add(log.waitedFor, failures - before);
      throw error;
    }
  };

  return {
    ...scene,
    call,
    peek: (auth, n) => of(auth, n, () => scene.peek(auth)),
    onEvent: ({ type }) => {
      if (type === 'token.failed') failures += 1;
    },
    commands: { log: () => log },
  };
}

function add(counts, name) {
  counts[name] = (counts[name] ?? 0) + 1;
}
