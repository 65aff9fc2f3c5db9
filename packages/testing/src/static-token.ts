import { AccessToken, type Grant, OptionsError, type TokenRequest, type TokenType } from '@outbound-auth/core';

/** What a token is asked for with. */
export interface AskedToken {
  /** Scopes, separated by spaces; undefined without any. */
  readonly scope: string | undefined;
  /** For whom the token is (`audience`); none where empty. */
  readonly audience: readonly string[];
  /** For which APIs the token is (`resource`); none where empty. */
  readonly resource: readonly string[];
  /** Further parameters of the token request. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The token of the user whose work it is; undefined without `onBehalfOf`. */
  readonly subjectToken: string | undefined;
}

/** A token, or a function that makes one of what is asked for. */
export type StaticTokenSource = string | ((asked: AskedToken) => string | Promise<string>);

/** Whose token it is. */
export interface StaticTokenOptions {
  /**
   * Whether it is a user's: as with `onBehalfOf()` and `tokenExchange()`, each user gets a token of their own, and a call
   * without a subject token fails. Default: false.
   */
  readonly onBehalfOf?: boolean | undefined;
}

/**
 * A grant that asks no server: it hands out this token, which lives for ten years. For tests of real options; what they say of the
 * authorization server and of the client's credentials stays unused.
 *
 * @param token The token alone, without `Bearer`; or a function, asked once for each set of parameters and each user,
 * and again when an API has refused what it gave.
 * @throws {OptionsError} for a text that cannot be a token.
 * @example
 * ```ts
 * import { createOutboundAuth, none } from '@outbound-auth/core';
 * import { staticToken } from '@outbound-auth/testing';
 *
 * export const auth = createOutboundAuth({
 *   clients: {
 *     billing: {
 *       issuer: 'https://idp.example.com',
 *       clientId: 'orders-service',
 *       clientAuthentication: none(),
 *       grant: staticToken(({ scope }) => `a-token-for-${scope ?? 'nothing'}`),
 *       attachTo: ['https://api.billing.example/v2'],
 *     },
 *   },
 * });
 * ```
 */
export function staticToken(token: StaticTokenSource, options: StaticTokenOptions = {}): Grant {
  const problem = typeof token === 'function' ? undefined : problemWith(token);
  if (problem !== undefined) throw new OptionsError([{ path: 'staticToken(token)', message: problem }]);
  // The text is a part of the key: with a store between them, two tests with two texts don't get each other's.
  const own = typeof token === 'string' ? [{ name: 'static_token', source: token }] : [];
  const users = options.onBehalfOf === true ? [{ name: 'subject_token', source: undefined }] : [];
  return {
    type: 'static_token',
    subject: [...users, ...own],
    connect: () => ({
      getToken: async (request) => {
        // What the function throws then counts as a server's failure would.
        request.sending?.();
        return new StaticAccessToken(await given(token, request), request.scope);
      },
    }),
  };
}

async function given(source: StaticTokenSource, request: TokenRequest): Promise<string> {
  if (typeof source === 'string') return source;
  const { scope, audience, resource, parameters, subject } = request;
  const asked = { scope, audience, resource, parameters: Object.fromEntries(parameters) };
  const token = await source({ ...asked, subjectToken: subject['subject_token'] });
  const problem = problemWith(token);
  if (problem !== undefined) throw new TypeError(`what the function for a static token gives ${problem}`);
  return token;
}

/** Why a value can't be a token. @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12 */
export function problemWith(token: unknown): string | undefined {
  if (typeof token !== 'string') return `must be a text, not ${token === null ? 'null' : typeof token}`;
  if (/^[\x21-\x7e]+$/.test(token)) return undefined;
  return 'must be the token alone: ASCII that is not empty, without "Bearer " or white space';
}

/** Ten years, in milliseconds: what claims to live longer is in no store believed. */
const lifetime = 315_360_000_000;

class StaticAccessToken extends AccessToken {
  readonly tokenType: TokenType = 'Bearer';
  readonly obtainedAt: number = Date.now();
  readonly expiresAt: number = this.obtainedAt + lifetime;
  readonly scope: string | undefined;
  readonly #value: string;

  constructor(value: string, scope: string | undefined) {
    super();
    this.#value = value;
    this.scope = scope;
  }

  get value(): string {
    return this.#value;
  }

  get authorization(): string {
    return `Bearer ${this.#value}`;
  }

  claims(): Readonly<Record<string, unknown>> | undefined {
    try {
      const claims: unknown = JSON.parse(Buffer.from(this.#value.split('.')[1] ?? '', 'base64url').toString());
      return typeof claims === 'object' && claims !== null ? { ...claims } : undefined;
    } catch {
      return undefined;
    }
  }

  proof(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
