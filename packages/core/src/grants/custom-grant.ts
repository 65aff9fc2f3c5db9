import { heldGrant } from './held-grant.ts';
import { OptionsError } from '../errors.ts';
import { type OptionReader, optionsOf } from '../option-reader.ts';
import { reservedParameters } from '../reserved-parameters.ts';
import type { SecretSource } from '../secret.ts';
import type { FillDraft } from '../token-endpoint/draft.ts';
import type { Grant } from './grant.ts';
import { plainSource } from './plain-source.ts';
import { type SessionSettings, SessionSource } from './sessions.ts';

/** What a grant of one's own may want beside its parameters. */
export interface CustomGrantOptions {
  /**
   * The parameter that says whose token it is. It holds the bearer token of the request being served (or of
   * `auth.withSubjectToken`), or what `parameters` gives for it, asked at each call.
   */
  readonly subjectParameter?: string | undefined;
}

/**
 * Any other grant: its type and what it sends beside the client's scope, audience and parameters. A refresh token that
 * comes back is used for the next token, and the grant itself once more if that is refused; a user's (`subjectParameter`)
 * is not.
 *
 * @param type The `grant_type`.
 * @param parameters Texts, or functions that are asked whenever a token is requested. They must always speak for the same
 * identity; whose differs from call to call is said by `subjectParameter`.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.5
 * @throws {OptionsError} if a parameter is neither text nor function, or the protocol's own, or an option is none.
 * @example
 * ```ts
 * import { type ClientOptions, customGrant, env } from '@outbound-auth/core';
 *
 * export const device: ClientOptions = {
 *   tokenEndpoint: 'https://idp.example.com/token',
 *   clientId: 'orders-service',
 *   clientSecret: env('DEVICE_SECRET'),
 *   grant: customGrant('urn:example:grant-type:device-key', { device_key: env('DEVICE_KEY') }),
 *   attachTo: ['https://devices.example.com'],
 * };
 * ```
 */
export function customGrant(
  type: string,
  parameters: Readonly<Record<string, SecretSource>> = {},
  options: CustomGrantOptions = {},
): Grant {
  assertType(type);
  const own = readParameters(parameters);
  const subjectParameter = optionsOf('customGrant(type, parameters, { … })', options, readSubjectParameter);
  const fixed = own.filter(([name]) => name !== subjectParameter);
  const fill: FillDraft = async ({ body, secret }) => {
    for (const [name, source] of fixed) body.set(name, await secret(source));
  };
  const texts = fixed.filter(([, source]) => typeof source === 'string').map(([name, source]) => ({ name, source }));
  const secrets = fixed.map(([, source]) => source);
  if (subjectParameter === undefined) {
    const connect: Grant['connect'] = (endpoint, sessions) => {
      const begin: SessionSettings['begin'] = (request) => endpoint.request(type, request, { fill });
      return new SessionSource(endpoint, { begin, sessionOf: ({ key }) => key }, sessions);
    };
    return heldGrant({ type, subject: texts, secrets, connect }, customGrant.name, type, parameters);
  }
  const connect: Grant['connect'] = (endpoint) =>
    plainSource(endpoint, type, ({ subject: { [subjectParameter]: subjectToken = '' } }) => ({
      subjectToken,
      fill: async (draft) => {
        await fill(draft);
        draft.body.set(subjectParameter, subjectToken);
      },
    }));
  const subject = [{ name: subjectParameter, source: parameters[subjectParameter] }, ...texts];
  return heldGrant({ type, subject, secrets, connect }, customGrant.name, type, parameters, options);
}

function assertType(type: unknown): void {
  if (typeof type === 'string' && type !== '') return;
  throw new OptionsError([{ path: 'customGrant(type)', message: 'must be the grant_type, a text that is not empty' }]);
}

function readSubjectParameter(reader: OptionReader): string | undefined {
  const name = reader.text('subjectParameter');
  const reason = reasonAgainst(name);
  if (reason !== undefined) reader.refuse('subjectParameter', `${name} ${reason}`);
  return name;
}

function reasonAgainst(name = ''): string | undefined {
  const remedy = name === 'grant_type' ? 'use the first argument, type' : reservedParameters.get(name);
  return remedy && `is the protocol's own; ${remedy}`;
}

function readParameters(parameters: unknown): [name: string, value: SecretSource][] {
  return optionsOf('customGrant(type, { … })', parameters, (reader) =>
    reader.names().flatMap((name) => {
      const reason = reasonAgainst(name);
      if (reason !== undefined) reader.refuse(name, reason);
      const value = reader.secret(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
