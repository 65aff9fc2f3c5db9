import { password, refreshToken } from '@outbound-auth/core';
import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Half of the calls are of one session that began with `firstRefreshToken`, for two scopes by turns; half are of `users` by turns,
 * each with a session of the user's own.
 */
export function open({ tokenEndpoint, api, firstRefreshToken, encryptionKey, users }) {
  const user = new AsyncLocalStorage();
  const server = { tokenEndpoint, clientId: 'soak', clientSecret: 'a secret', attachTo: [api] };
  const own = { username: () => user.getStore(), password: 'a password' };
  const options = {
    clients: {
      shared: { ...server, grant: refreshToken(firstRefreshToken) },
      people: { ...server, grant: password(own) },
    },
    encryptionKeys: [encryptionKey],
  };
  const choose = (number, use) => {
    const turn = Math.floor(number / 2);
    if (number % 2 === 0) return use('shared', { scope: turn % 2 === 0 ? 'read' : 'write' });
    return user.run(`user-${turn % users}`, () => use('people'));
  };
  return {
    options,
    call: (auth, number) => {
      return choose(number, (name, parameters) => auth.client(name).fetch(api, { outboundAuth: parameters }));
    },
    peek: (auth, number) => {
      return choose(number, (name, parameters) => auth.client(name).peekAccessToken(parameters));
    },
  };
}
