/** What a server can do to an answer besides sending it. */
export type Fault =
  /** Resets the connection before a byte is sent. */
  | 'reset'
  /** Never answers; the connection stays open until one side closes it. */
  | 'hang'
  /** Announces the whole body, sends half of it and cuts the connection. */
  | 'truncate';

/**
 * An answer as a test writes it.
 *
 * Without `status` and `body` it is the answer that the server would have given anyway, with `headers` added.
 */
export interface ScriptedAnswer {
  /** Milliseconds to wait before the answer; default 0. Prefer `hold()`, which needs no time. */
  readonly delay?: number;
  /** HTTP status, 200 to 599; default 200. */
  readonly status?: number;
  /** Header by name; several values as a list. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text and bytes go out as they are and without a content type of their own; anything else as JSON. */
  readonly body?: string | Uint8Array | Readonly<Record<string, unknown>> | readonly unknown[];
  /** Breaks the answer; default: it is sent whole. */
  readonly fault?: Fault;
}

const faults: readonly unknown[] = ['reset', 'hang', 'truncate'] satisfies readonly Fault[];
const members: readonly string[] = ['delay', 'status', 'headers', 'body', 'fault'] satisfies (keyof ScriptedAnswer)[];

/**
 * Checks an answer, for a slip in a script would otherwise look like a failure of the code under test.
 *
 * @throws {TypeError} naming the member and what it may be.
 */
export function checkAnswer(answer: ScriptedAnswer): ScriptedAnswer {
  const { delay = 0, status = 200, fault } = answer;
  for (const name of Object.keys(answer)) {
    if (!members.includes(name)) throw new TypeError(`${name}: not part of an answer; it has ${members.join(', ')}`);
  }
  if (!Number.isFinite(delay) || delay < 0) {
    throw new TypeError(`delay: ${delay} is not a time; give milliseconds from 0 on`);
  }
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new TypeError(`status: ${status} cannot be answered; give a whole number from 200 to 599`);
  }
  if (fault !== undefined && !faults.includes(fault)) {
    throw new TypeError(`fault: '${fault}' is unknown; give one of ${faults.join(', ')}`);
  }
  return answer;
}
