import { heldGrant } from './held-grant.ts';
import { type OptionReader, optionsOf } from '../option-reader.ts';
import type { SecretSource } from '../secret.ts';
import type { FillDraft } from '../token-endpoint/draft.ts';
import type { Grant } from './grant.ts';
import { type SessionSettings, SessionSource } from './sessions.ts';

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
 * @throws {OptionsError} for options that are none, or not what they must be.
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
  const { username, password, sendAs } = optionsOf('password({ … })', options, readPassword);
  const type = 'password';
  const fillWith =
    (name: string): FillDraft =>
    async ({ body, headers, secret }) => {
      const word = await secret(password);
      if (sendAs === 'basic') {
        if (name.includes(':')) throw new TypeError(`the username ${colonRule}`);
        headers.set('authorization', `Basic ${Buffer.from(`${name}:${word}`).toString('base64')}`);
      } else {
        body.set('username', name);
        body.set('password', word);
      }
    };
  const subject = [{ name: 'username', source: typeof username === 'function' ? () => given(username()) : username }];
  const connect: Grant['connect'] = (endpoint, sessions) => {
    const begin: SessionSettings['begin'] = (request) =>
      endpoint.request(type, request, { fill: fillWith(request.subject['username'] ?? '') });
    return new SessionSource(endpoint, { begin, sessionOf: ({ key }) => key }, sessions);
  };
  return heldGrant(
    { type, subject, secrets: [password], takesAuthorization: sendAs === 'basic', connect },
    type,
    options,
  );
}

/** Without one it is not the caller who is at fault, as with a user's token that is missing. */
function given(username: string | Promise<string>): string | Promise<string> {
  if (typeof username === 'object') return Promise.resolve(username).then(given);
  if (typeof username === 'string' && username !== '') return username;
  throw new TypeError('the username came empty, or not as a text');
}

// RFC 7617 §2: what follows the first colon is the password.
const colonRule = "holds a colon, which HTTP Basic cannot say; use sendAs: 'body'";

function readPassword(reader: OptionReader): Required<PasswordOptions> {
  const sendAs = reader.oneOf('sendAs', ['body', 'basic']);
  const username = required(reader, 'username', 'give the name of the person');
  if (sendAs === 'basic' && typeof username === 'string' && username.includes(':')) {
    reader.refuse('username', colonRule);
  }
  return { username, password: required(reader, 'password', 'give the password of that person'), sendAs };
}

function required(reader: OptionReader, name: string, remedy: string): SecretSource {
  if (reader.value(name) === undefined) reader.refuse(name, `is missing; ${remedy}`);
  return reader.secret(name) ?? '';
}
