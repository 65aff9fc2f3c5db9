import newest from 'axios';
import oldest from 'axios-1.6';
import firstWithFetch from 'axios-1.7';
import { createRequire } from 'node:module';
import type { CallConfig } from '../src/call-config.ts';
import type { AxiosLike } from '../src/index.ts';

/** A call's config, by what the tests use of it. */
export interface Config extends CallConfig {
  transformRequest?: unknown;
  transformResponse?: unknown;
  responseType?: unknown;
  env?: unknown;
  lookup?: unknown;
  maxBodyLength?: unknown;
  onDownloadProgress?: unknown;
  onUploadProgress?: unknown;
  proxy?: unknown;
}

/** What Axios answers, by what the tests look at. */
export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly config: object;
  readonly request?: unknown;
}

/** What all builds of Axios have in common, whose own types don't accept each other. */
export interface Instance extends AxiosLike {
  request(config: Config): Promise<Answer>;
}

/** One build of Axios over one of its adapters. */
export interface Build {
  readonly name: string;
  readonly create: (config?: Config) => Instance;
  readonly isAxiosError: (error: unknown) => boolean;
  readonly isCancel: (error: unknown) => boolean;
}

interface Axios extends Instance {
  readonly VERSION: string;
  create(config?: object): Instance;
  isAxiosError(error: unknown): boolean;
  isCancel(error: unknown): boolean;
}

function build(axios: Axios, adapter: 'http' | 'fetch', format = ''): Build {
  return {
    name: `Axios ${axios.VERSION}${format} over ${adapter}`,
    create: (config) => axios.create({ adapter, ...config }),
    isAxiosError: (error) => axios.isAxiosError(error),
    isCancel: (error) => axios.isCancel(error),
  };
}

function isAxios(value: unknown): value is Axios {
  return typeof value === 'function' && 'create' in value;
}

const commonJs: unknown = createRequire(import.meta.url)('axios');
if (!isAxios(commonJs)) throw new Error('the CommonJS build of Axios is not what it was');

export const http: Build = build(newest, 'http');
export const builds: readonly Build[] = [
  http,
  build(newest, 'fetch'),
  build(commonJs, 'http', ' (CommonJS)'),
  build(firstWithFetch, 'http'),
  build(firstWithFetch, 'fetch'),
  build(oldest, 'http'),
];
