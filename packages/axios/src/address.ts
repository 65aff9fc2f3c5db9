import { isReplayable, type OutgoingCall } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';
import type { Sibling } from './sibling.ts';

/** Where a config leads to, as Axios puts it together. */
export function addressOf(config: CallConfig, sibling: Sibling): string {
  const { baseURL, url, params, paramsSerializer, allowAbsoluteUrls } = config;
  // Most calls name the whole address, and there is nothing to put together.
  if (!baseURL && !params && typeof url === 'string') return url;
  return sibling.getUri({ baseURL, url, params, paramsSerializer, allowAbsoluteUrls });
}

export function absoluteUrl(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

/** What a config's data is as a body: Axios sends none for both `undefined` and `null`. */
export function bodyOf(data: unknown): OutgoingCall<unknown>['body'] {
  if (data === undefined || data === null) return 'none';
  return isReplayable(data) ? 'replayable' : 'once';
}
