import { randomUUID } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { listenOnLoopback } from '../loopback.ts';
import type { AdapterUnderTest, ContractCall, ContractResult } from './adapter-harness.ts';

/** What a served application is told: the call to make, and whom to tell of the error that reached its handler. */
export interface ServedCalls {
  /** The call that a request asks for, by its `x-call` header. */
  callOf(id: unknown): ContractCall;
  /** The framework's error handler got this. */
  failed(id: unknown, error: unknown): void;
}

/**
 * Serves an application of a web framework on loopback and makes each call of the contract from inside a request to it:
 * the harness of an adapter for servers. The application answers a request by the call's result as JSON. A request on
 * behalf of a user comes with the user's bearer token.
 *
 * @example
 * ```ts
 * import type { RequestListener } from 'node:http';
 * import { type AdapterHarness, serveCalls } from '@outbound-auth/testing';
 *
 * export const harness = (application: RequestListener): AdapterHarness => ({
 *   name: 'an application',
 *   start: () => serveCalls(() => application),
 * });
 * ```
 */
export async function serveCalls(application: (calls: ServedCalls) => RequestListener): Promise<AdapterUnderTest> {
  const calls = new Map<string, ContractCall>();
  const errors = new Map<string, unknown>();
  const loopback = await listenOnLoopback(
    application({
      callOf: (id) => known(calls, id),
      failed: (id, error) => void errors.set(String(id), error),
    }),
  );
  return {
    call: async (call) => {
      const id = randomUUID();
      calls.set(id, call);
      const { subjectToken } = call;
      const user = subjectToken === undefined ? {} : { authorization: `Bearer ${subjectToken}` };
      const response = await fetch(loopback.origin, { headers: { 'x-call': id, ...user } });
      if (errors.has(id)) throw errors.get(id);
      return resultOf(await response.json());
    },
    close: () => loopback.close(),
  };
}

function known(calls: ReadonlyMap<string, ContractCall>, id: unknown): ContractCall {
  const call = calls.get(String(id));
  if (call === undefined) throw new TypeError('callOf: give the x-call header of the request being served');
  return call;
}

function resultOf(value: unknown): ContractResult {
  if (isResult(value)) return value;
  throw new TypeError('the application must answer with the result of the call as JSON');
}

function isResult(value: unknown): value is ContractResult {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value && 'body' in value;
}
