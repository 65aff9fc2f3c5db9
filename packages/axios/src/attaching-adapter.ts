import type { CallOptions, OutboundAuth } from '@outbound-auth/core';
import { BodyWatch } from './body-watch.ts';
import type { CallConfig } from './call-config.ts';
import { member } from './member.ts';
import { isSendFailure } from './send-request.ts';
import { axiosError, type Sibling } from './sibling.ts';
import { TokenWait } from './token-wait.ts';
import { AxiosCall } from './axios-call.ts';

// The same in every copy of this package: ESM and CommonJS may meet on one instance.
const mark = Symbol.for('@outbound-auth/axios/adapter/v1');

/** What an adapter needs to attach tokens. */
export interface Attachment {
  readonly auth: OutboundAuth<string>;
  readonly sibling: Sibling;
  /** What the config named before: a function, names, or nothing. */
  readonly adapter: unknown;
  readonly options: CallOptions;
}

interface AttachingAdapter {
  (config: CallConfig): Promise<unknown>;
  [mark]?: Attachment;
}

/** An Axios adapter around the one that the config names, for one call. */
export function attachingAdapter(attachment: Attachment): (config: CallConfig) => Promise<unknown> {
  const { auth, sibling, adapter, options } = attachment;
  const attaching: AttachingAdapter = async (config) => {
    // Retrying code sends this very config again: it comes through the interceptor again, or without a token.
    config.adapter = adapter;
    const wait = new TokenWait(config);
    const body = new BodyWatch(config, wait.giveUp);
    const call = new AxiosCall(config, sibling, wait, body);
    try {
      const { response, refusal } = await auth.send(call, options);
      if (refusal !== undefined) throw refusal;
      return response;
    } catch (error) {
      if (body.hasFailed) throw await body.error(sibling);
      if (wait.endedWith(error)) throw await wait.timeoutError(sibling);
      // For a redirect that can't be followed, which is an AxiosError where Axios follows.
      if (!(error instanceof TypeError) || isSendFailure(error)) throw error;
      throw Object.assign(await axiosError(sibling, error.message, redirectCode(error), config), { cause: error });
    } finally {
      wait.end();
      body.end();
    }
  };
  attaching[mark] = attachment;
  return attaching;
}

/** What Axios itself would say of a redirect that can't be followed. */
function redirectCode({ message }: Error): string {
  return /^more than \d+ redirects$/.test(message) ? 'ERR_FR_TOO_MANY_REDIRECTS' : 'ERR_FR_REDIRECTION_FAILURE';
}

/** Whether this auth is attached to an adapter already, perhaps below another one. */
export function isAttachedBy(auth: unknown, adapter: unknown): boolean {
  const attachment = member(adapter, mark);
  if (attachment === undefined) return false;
  return member(attachment, 'auth') === auth || isAttachedBy(auth, member(attachment, 'adapter'));
}
