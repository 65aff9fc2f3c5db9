import { isPromise } from 'node:util/types';
import type { OutboundAuthError } from './errors.ts';
import { reasonOf, Secrets } from './redact.ts';

/** Why a token was asked for: none was there, the present one nears its end, or an API refused it. */
export type TokenRequestReason = 'absent' | 'renewal' | 'rejected';

/**
 * What happens, step by step. No event holds a secret or a token; addresses come without their query.
 *
 * @example
 * ```ts
 * import type { OutboundAuthEvent } from '@outbound-auth/core';
 *
 * const onEvent = (event: OutboundAuthEvent) => {
 *   if (event.type === 'token.failed') console.error(event.client, event.error.message);
 * };
 * ```
 */
export type OutboundAuthEvent =
  /** A token request is about to be sent. */
  | { readonly type: 'token.requested'; readonly client: string; readonly reason: TokenRequestReason }
  /** It was answered with a token; `durationMs` is how long that took, `expiresAt` is in ms since the epoch. */
  | {
      readonly type: 'token.received';
      readonly client: string;
      readonly reason: TokenRequestReason;
      readonly durationMs: number;
      readonly expiresAt: number;
      readonly scope: string | undefined;
    }
  /** It failed. With the reason `renewal` no caller was hurt: the present token stays in use. */
  | {
      readonly type: 'token.failed';
      readonly client: string;
      readonly reason: TokenRequestReason;
      readonly error: OutboundAuthError;
    }
  /** It failed while callers wait, and is sent once more after `delayMs`. */
  | {
      readonly type: 'token.retrying';
      readonly client: string;
      /** The number of the attempt that failed, from 1 on. */
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: OutboundAuthError;
    }
  /** Nothing is asked for `durationMs`: for this token alone, or for none of the client's. */
  | {
      readonly type: 'token.held_back';
      readonly client: string;
      readonly scope: 'client' | 'token';
      readonly durationMs: number;
      readonly error: OutboundAuthError;
    }
  /** A token came from the store; another process had requested it. */
  | {
      readonly type: 'token.shared';
      readonly client: string;
      readonly reason: TokenRequestReason;
      readonly expiresAt: number;
    }
  /** The server granted less than was asked for. */
  | {
      readonly type: 'token.scope_narrowed';
      readonly client: string;
      readonly requested: string;
      readonly granted: string;
    }
  /** An API answered 401: its token is dropped. */
  | { readonly type: 'token.rejected'; readonly client: string; readonly url: string }
  /** A 401 was handed to the caller as it came, and why nothing more was tried. */
  | {
      readonly type: 'unauthorized.handed_on';
      readonly client: string;
      readonly url: string;
      readonly reason: 'not_about_the_token' | 'body_cannot_be_sent_again' | 'no_other_token' | 'again' | 'brake';
    }
  /** A call went out untouched: no client's `attachTo` covers its address. */
  | { readonly type: 'address.unmatched'; readonly url: string }
  /** `resolveClient` failed for a tenant, whose client of a minute ago serves on. */
  | { readonly type: 'tenant.failed'; readonly tenant: string; readonly error: OutboundAuthError }
  /** The store failed or was too slow, and is left aside: tokens are requested as if there was none. Or it can't be closed. */
  | { readonly type: 'store.failed'; readonly error: OutboundAuthError }
  /** The store answers again. */
  | { readonly type: 'store.recovered' }
  /** What the store holds for a token can't be read (another format, an unknown encryption key): as if it wasn't there. */
  | { readonly type: 'store.entry_ignored'; readonly client: string }
  /** A refresh token can't be used any more, or can't be kept; `why` says in words what happened to it. */
  | { readonly type: 'session.lost'; readonly client: string; readonly why: string }
  /** A redirect led out of the client's `attachTo`: nothing is attached from here on. */
  | { readonly type: 'redirect.left'; readonly client: string; readonly url: string };

/** Takes each event as it happens. */
export type EventListener = (event: OutboundAuthEvent) => void;

/** Guards the calls from a listener that throws, async too: that becomes a warning of the process, once. */
export function guardListener(listener: ((event: OutboundAuthEvent) => unknown) | undefined): EventListener {
  if (listener === undefined) return () => undefined;
  let warned = false;
  const warn = (type: OutboundAuthEvent['type'], error: unknown): void => {
    if (warned) return;
    warned = true;
    const reason = reasonOf(new Secrets().cleanError(error));
    process.emitWarning(`onEvent threw on '${type}': ${reason}`, 'OutboundAuthWarning');
  };
  return (event) => {
    try {
      // An async listener fits the type too, and its rejection would end the process.
      const result = listener(event);
      if (!isPromise(result)) return;
      result.catch((error: unknown) => {
        warn(event.type, error);
      });
    } catch (error) {
      warn(event.type, error);
    }
  };
}
