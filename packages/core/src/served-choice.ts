import type { Clock } from './clock.ts';
import { OutboundAuthError } from './errors.ts';
import { isObject, kind } from './option-reader.ts';
import { asked, servedRequest } from './subject-token.ts';
import { isThenable } from './thenable.ts';
import { withinTimeLimit } from './time-limit.ts';

const resolveTimeout = 4_000;

/** Which client the calls of a served request take: that of a tenant, by its name, or one by its own name. */
export type ServedChoice =
  string | { readonly client?: string | undefined; readonly tenant?: string | undefined } | undefined;

/** What a `ServedChoice` comes to. */
export type ReadChoice = { readonly client: string } | { readonly tenant: string } | undefined;

/** Asks whoever chooses, once for a request: its calls share the answer. */
export class Choosing {
  readonly #choose: () => unknown;
  readonly #where: string;
  #asked: { readonly choice: ReadChoice | Promise<ReadChoice> } | undefined;

  constructor(choose: () => unknown, where: string) {
    this.#choose = choose;
    this.#where = where;
  }

  /** Without a promise where it gives its answer at once, or has given it before. */
  readonly choice = (): ReadChoice | Promise<ReadChoice> => (this.#asked ??= { choice: this.#ask() }).choice;

  #ask(): ReadChoice | Promise<ReadChoice> {
    const given = asked(this.#choose);
    if (!isThenable(given)) return this.#read(given);
    const waiting = Promise.resolve(given).then((answer) => this.#read(answer));
    waiting.then(
      (choice) => {
        this.#asked = { choice };
      },
      () => undefined,
    );
    return waiting;
  }

  #read(given: unknown): ReadChoice {
    if (given === undefined) return undefined;
    if (typeof given === 'string') return { tenant: given };
    const { client, tenant }: { readonly client?: unknown; readonly tenant?: unknown } = isObject(given) ? given : {};
    if (typeof client === 'string' && tenant === undefined) return { client };
    if (typeof tenant === 'string' && client === undefined) return { tenant };
    const what = isObject(given) ? 'an object with neither or both of them' : kind(given);
    const message = `${this.#where}: resolve gave ${what}; it must give a tenant's name, { client } or { tenant } with a name, or undefined`;
    throw new OutboundAuthError(message, { code: 'invalid_options' });
  }
}

/** @throws {OutboundAuthError} with the code `credential_unavailable` after 4 s. */
export function inTime(choice: Promise<ReadChoice>, clock: Clock): Promise<ReadChoice> {
  const message = `resolve gave no answer within ${resolveTimeout / 1_000} s`;
  const late = (): Error => new OutboundAuthError(message, { code: 'credential_unavailable' });
  return withinTimeLimit(clock, resolveTimeout, late, () => choice);
}

/**
 * What was chosen for the request that is being served, for an `OutboundAuth` of one's own; undefined where nobody chooses.
 *
 * @param auth The one that the adapter was given.
 * @example
 * ```ts
 * import { type OutboundAuth, servedChoice } from '@outbound-auth/core';
 *
 * export const chosenTenant = async (auth: OutboundAuth): Promise<string | undefined> => {
 *   const choice = await servedChoice(auth)?.();
 *   return choice !== undefined && 'tenant' in choice ? choice.tenant : undefined;
 * };
 * ```
 */
export function servedChoice(auth: object): (() => ReadChoice | Promise<ReadChoice>) | undefined {
  return servedRequest()?.told?.get(auth)?.choice;
}
