import { type RecordedRequest, startProtectedApi } from '@outbound-auth/testing';
import { decodeProtectedHeader, jwtVerify, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import { createPublicKey } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import type { OutboundAuth } from '../../src/outbound-auth.ts';

/** A whole system on one loopback origin: a token endpoint, and behind every other path its API. */
export interface System {
  readonly origin: string;
  /** `127.0.0.1:40123`. */
  readonly host: string;
  readonly tokenRequests: readonly RecordedRequest[];
  readonly apiCalls: readonly RecordedRequest[];
}

/** Starts a system whose tokens are `token-1`, `token-2`… */
export async function startSystem(tokenPath: string, answer: object = { expires_in: 3600 }): Promise<System> {
  const api = await startProtectedApi({ verify: (token) => /^token-\d$/.test(token) });
  onTestFinished(() => api.close());
  const tokenRequests: RecordedRequest[] = [];
  api.respondWith((request) => {
    if (request.method !== 'POST' || request.path !== tokenPath) return undefined;
    tokenRequests.push(request);
    return { body: { access_token: `token-${tokenRequests.length}`, token_type: 'Bearer', ...answer } };
  });
  const { origin, requests } = api;
  return {
    origin,
    host: origin.replace('http://', ''),
    tokenRequests,
    get apiCalls() {
      return requests.filter(({ path }) => path !== tokenPath);
    },
  };
}

/** Calls with the options that a provider gave. */
export function authWith(options: ClientOptions): OutboundAuth<'it'> {
  const auth = createOutboundAuth({ clients: { it: options } });
  onTestFinished(() => auth.close());
  return auth;
}

/** Of a request, what a system could object to. */
export function wireOf(request: RecordedRequest | undefined): object {
  const named = ['authorization', 'content-type', 'x-api-key', 'x-empowerid-api-key'];
  const headers = Object.entries(request?.headers ?? {}).filter(([name]) => named.includes(name));
  const parameters = request?.parameters ?? new URLSearchParams();
  // One that is sent twice shows.
  const body = [...parameters.keys()].map((name) => [name, parameters.getAll(name).join(', ')] as const);
  return { ...Object.fromEntries(headers), body: Object.fromEntries(body) };
}

export const form = 'application/x-www-form-urlencoded;charset=UTF-8';

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

/** The members of an assertion that this key has signed, and its header. */
export async function readAssertion(
  request: RecordedRequest | undefined,
  parameter: 'assertion' | 'client_assertion',
  privateKey: string,
): Promise<{ header: ProtectedHeaderParameters; claims: JWTPayload }> {
  const assertion = request?.parameters.get(parameter) ?? '';
  const { payload: claims } = await jwtVerify(assertion, createPublicKey(privateKey));
  return { header: decodeProtectedHeader(assertion), claims };
}
