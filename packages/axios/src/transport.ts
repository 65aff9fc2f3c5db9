import { type Hop, isReplayable, type OutgoingCall } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';
import { showing } from './certificate.ts';
import { cleanError, cleanResponse } from './clean-error.ts';
import { refuseDetours } from './detours.ts';
import { hasHeader, headersOf, responseHeader } from './headers.ts';
import { call, isObject, member } from './member.ts';
import { RequestConfigs } from './request-config.ts';
import { axiosError, type Sibling } from './sibling.ts';
import type { TokenWait } from './token-wait.ts';

/** What a request came to: a response, and Axios' error about it where the caller's `validateStatus` refuses it. */
export interface Outcome {
  readonly response: unknown;
  readonly refusal?: Error;
}

/** A call as core sends it: each of its requests goes through the sibling, over the adapter that the config names. */
export function outgoingCall(config: CallConfig, sibling: Sibling, wait: TokenWait): OutgoingCall<Outcome> {
  const { baseURL, url, params, paramsSerializer, allowAbsoluteUrls } = config;
  const address = sibling.getUri({ baseURL, url, params, paramsSerializer, allowAbsoluteUrls });
  const absolute = absoluteUrl(address);
  const headers = headersOf(config.headers);
  const requests = new RequestConfigs(config, headers, absolute !== undefined);
  return {
    // What becomes of a path without a baseURL is up to Axios: localhost in 1.6, an error in later versions.
    url: absolute ?? new URL(address, 'http://localhost'),
    method: (config.method ?? 'get').toUpperCase(),
    headers: { has: (name) => hasHeader(headers, name) },
    body:
      config.data === undefined || config.data === null ? 'none' : isReplayable(config.data) ? 'replayable' : 'once',
    redirect: requests.redirect,
    get signal() {
      return wait.signal;
    },
    transmit: async (hop) => {
      const request = requests.for(hop);
      if (requests.redirects.areTooMany) throw await tooManyRedirects(sibling, config);
      if (hop.certificate !== undefined) Object.assign(request, await showing(hop.certificate, request));
      return transmit(hop, config, Object.assign(request, wait.requestLimit()), sibling);
    },
    status: ({ response }) => Number(member(response, 'status')),
    header: ({ response }, name) => responseHeader(response, name),
    discard: ({ response }) => {
      const data = member(response, 'data');
      call(member(data, 'destroy'), data);
      return call(member(data, 'cancel'), data);
    },
  };
}

/** What Axios itself would say. */
function tooManyRedirects(sibling: Sibling, config: CallConfig): Promise<Error> {
  return axiosError(sibling, 'Maximum number of redirects exceeded', 'ERR_FR_TOO_MANY_REDIRECTS', config);
}

function absoluteUrl(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

const sendFailures = new WeakSet();

/** Whether an error came from sending a request, and not from core. */
export function isSendFailure(error: object): boolean {
  return sendFailures.has(error);
}

async function transmit(hop: Hop, config: CallConfig, request: object, sibling: Sibling): Promise<Outcome> {
  const cleaning = { config, url: hop.url.href, attached: Object.values(hop.attached) };
  if (cleaning.attached.length > 0) refuseDetours(config);
  const verdict = { refused: false };
  const validateStatus = (status: unknown): boolean => {
    const { validateStatus: own } = config;
    verdict.refused = typeof own === 'function' && !call(own, undefined, status);
    return !verdict.refused;
  };
  try {
    const response = await sibling.send(Object.assign(request, { validateStatus }));
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
