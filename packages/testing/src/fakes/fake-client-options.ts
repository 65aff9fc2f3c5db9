import { type ClientOptions, none, OptionsError, type TokenParameters } from '@outbound-auth/core';
import { problemWith, type StaticTokenSource } from '../static-token.ts';
import { markOf } from './client-mark.ts';

/** A client of `fakeOutboundAuth`, where its token alone doesn't say enough. */
export interface FakeClientOptions extends TokenParameters, Pick<ClientOptions, 'headers'> {
  /** The token alone, without `Bearer`; or a function, as for `staticToken`. What it throws is what the call throws. */
  readonly token: StaticTokenSource;
  /** As in life. Default: every origin that no `attachTo` of another client covers whole. */
  readonly attachTo?: readonly string[] | undefined;
  /** Whether its tokens are users': a call without a subject token fails then. Default: false. */
  readonly onBehalfOf?: boolean | undefined;
}

/** The authorization server of all fakes: nobody has such a name. */
export const serverOrigin = 'https://authorization-server.invalid';
const nowhere = 'https://nowhere.invalid';

/** A client whose definition was read. */
export interface FakedClient {
  readonly token: StaticTokenSource;
  readonly onBehalfOf: boolean;
  /** Whether it has no `attachTo` of its own. */
  readonly isBare: boolean;
  /** What `createOutboundAuth` takes, but for the grant. */
  readonly optionsFor: (origin: string | undefined) => Omit<ClientOptions, 'grant'>;
}

/** @throws {OptionsError} if it is neither a token nor an object with one. */
export function readFakeClient(name: string, given: string | FakeClientOptions, path: string): FakedClient {
  const problem = isObject(given) ? undefined : problemWith(given);
  if (problem !== undefined) throw new OptionsError([{ path, message: `${problem}; or an object with token` }]);
  const definition: FakeClientOptions = typeof given === 'string' ? { token: given } : given;
  const { token, onBehalfOf = false, attachTo, headers, ...further } = definition;
  const wrong = typeof token === 'function' ? undefined : problemWith(token);
  if (wrong !== undefined) throw new OptionsError([{ path: `${path}.token`, message: wrong }]);
  return {
    token,
    onBehalfOf,
    isBare: attachTo === undefined,
    optionsFor: (origin = nowhere) => ({
      ...further,
      headers: { ...headers, ...markOf(name) },
      tokenEndpoint: `${serverOrigin}/token`,
      revocationEndpoint: `${serverOrigin}/revoke`,
      clientId: name,
      clientAuthentication: none(),
      attachTo: attachTo ?? [origin],
      // What is attached is no secret.
      allowInsecureRequests: true,
    }),
  };
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
