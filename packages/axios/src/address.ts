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

/** Where a redirect leads to from an address; its header was read as Latin-1, and is UTF-8. */
export function locationFrom(address: URL, location: string): string {
  return absoluteUrl(Buffer.from(location, 'latin1').toString('utf8'), address)?.href ?? location;
}

export function absoluteUrl(address: string, base?: URL): URL | undefined {
  try {
    return new URL(address, base);
  } catch {
    return undefined;
  }
}

/** What a config's data is as a body: Axios sends none for both `undefined` and `null`. */
export function bodyOf(data: unknown): OutgoingCall<unknown>['body'] {
  if (data === undefined || data === null) return 'none';
  return isReplayable(data) ? 'replayable' : 'once';
}
