import { assertSecretSource, type SecretSource } from '../secret.ts';
import type { FillDraft } from '../token-endpoint/draft.ts';
import type { Grant } from './grant.ts';
import { SessionSource } from './sessions.ts';

/** Who signs in. */
export interface PasswordOptions {
  /** Text, or a function that is asked at each call. */
  readonly username: SecretSource;
  /** Text, or a function that is asked whenever the password is sent. */
  readonly password: SecretSource;
  /** Where they go: `username` and `password` in the body (RFC 6749), or HTTP Basic. Default: `body`. */
  readonly sendAs?: 'body' | 'basic' | undefined;
}

/**
 * A person's token by name and password; the next by its refresh token, where the server gives one, and by the
 * password once more if that is refused. For servers that offer nothing better.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.3
 * @throws {OptionsError} if name or password is neither text nor function.
 * @example
 * ```ts
 * import { type ClientOptions, env, password } from '@outbound-auth/core';
 *
 * export const people: ClientOptions = {
 *   tokenEndpoint: 'https://id.example.com/oauth/v2/token',
 *   clientId: 'orders-service',
 *   clientSecret: env('PEOPLE_SECRET'),
 *   grant: password({ username: 'orders', password: env('PEOPLE_PASSWORD') }),
 *   attachTo: ['https://id.example.com/api'],
 * };
 * ```
 */
export function password(options: PasswordOptions): Grant {
  assertSecretSource(options.username, 'password({ username })');
  assertSecretSource(options.password, 'password({ password })');
  const type = 'password';
  const fillWith =
    (username: string): FillDraft =>
    async ({ body, headers, secret }) => {
      const word = await secret(options.password);
      if (options.sendAs === 'basic') {
        headers.set('authorization', `Basic ${Buffer.from(`${username}:${word}`).toString('base64')}`);
      } else {
        body.set('username', username);
        body.set('password', word);
      }
    };
  return {
    type,
    subject: [{ name: 'username', source: options.username }],
    connect: (endpoint) =>
      new SessionSource(endpoint, {
        begin: (request) => endpoint.request(type, request, { fill: fillWith(request.subject['username'] ?? '') }),
        sessionOf: ({ key }) => key,
      }),
  };
}
