import type { Hop } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';
import { cleanError, cleanResponse } from './clean-error.ts';
import { refuseDetours } from './detours.ts';
import { call, isObject, member } from './member.ts';
import type { Sibling } from './sibling.ts';

/** What a request came to: a response, and Axios' error about it where the caller's `validateStatus` refuses it. */
export interface Outcome {
  readonly response: unknown;
  readonly refusal?: Error;
  /** Where it came from, if not from the hop's own address. */
  readonly landedAt?: URL | undefined;
}

const sendFailures = new WeakSet();

/** Whether an error came from sending a request, and not from core. */
export function isSendFailure(error: object): boolean {
  return sendFailures.has(error);
}

/** Sends one request of a call, and leaves nothing in its answer of what was attached. */
export async function sendRequest(
  hop: Hop,
  config: CallConfig,
  request: Record<string, unknown>,
  { sibling, isHidden }: { readonly sibling: Sibling; readonly isHidden: boolean },
): Promise<Outcome> {
  const cleaning = { config, url: hop.url.href, isHidden, attached: Object.values(hop.attached) };
  if (cleaning.attached.length > 0) refuseDetours(config);
  const verdict = { refused: false };
  request['validateStatus'] = (status: unknown): boolean => {
    const { validateStatus: own } = config;
    verdict.refused = typeof own === 'function' && !call(own, undefined, status);
    return !verdict.refused;
  };
  try {
    const response = await sibling.send(request);
    cleanResponse(response, cleaning);
    return { response };
  } catch (error) {
    cleanError(error, cleaning);
    // Core is to see every answer; that it was refused matters only for the last.
    if (verdict.refused && error instanceof Error) return { response: member(error, 'response'), refusal: error };
    if (isObject(error)) sendFailures.add(error);
    throw error;
  }
}
