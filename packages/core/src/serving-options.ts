import { OptionsError } from './errors.ts';
import { isObject, kind, OptionReader } from './option-reader.ts';
import type { ServedChoice } from './served-choice.ts';

/** What a web framework's middleware can be told about the requests that it serves. */
export interface ServingOptions<Request> {
  /**
   * Chooses a tenant, by its name, or a client for a request: it takes the request's calls to the addresses that its
   * `attachTo` covers; the others find their client by address. Asked once, by the first call that needs it. A client that
   * a call names goes first. What it throws comes to the call as it is. Default: every call finds its client by address.
   */
  readonly resolve?: ((request: Request) => ServedChoice | Promise<ServedChoice>) | undefined;
  /**
   * Whose access token a request acts for, as a token or as an `Authorization` header with one: for users with sessions.
   * Asked once, by the first call that needs it. Undefined is nobody's: such a call fails with 401. If it throws, or takes
   * longer than `requestTimeout`, calls fail with `credential_unavailable`. Default: the request's own bearer token.
   */
  readonly subjectToken?: ((request: Request) => string | undefined | Promise<string | undefined>) | undefined;
}

/** @throws {OptionsError} that lists every mistake. */
export function readServingOptions<Request>(options: unknown, where: string): ServingOptions<Request> {
  if (!isObject(options)) {
    const message = `must be an object such as { resolve: (request) => 'a tenant' }, not ${kind(options)}`;
    throw new OptionsError([{ path: where, message }]);
  }
  const reader = new OptionReader(options, where);
  const resolve = reader.callable<NonNullable<ServingOptions<Request>['resolve']>>('resolve');
  const subjectToken = reader.callable<NonNullable<ServingOptions<Request>['subjectToken']>>('subjectToken');
  reader.refuseOthers();
  if (reader.problems.length > 0) throw new OptionsError(reader.problems);
  return { resolve, subjectToken };
}
