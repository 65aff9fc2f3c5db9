import { setTimeout } from 'node:timers/promises';
import { RequestGate, type Gate } from './gate.ts';
import type { RecordedRequest } from './recorded-request.ts';
import { readyAnswer, type ReadyAnswer } from './ready-answer.ts';
import { RequestLog } from './request-log.ts';
import { checkAnswer, type ScriptedAnswer } from './scripted-answer.ts';

/** Decides about each request; `undefined` leaves it to the server's own answer. */
export type Responder = (request: RecordedRequest) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

/** What a test sees of a server's requests, and how it takes charge of the answers. */
export interface Scripting {
  /** All requests so far, in the order of their arrival. */
  readonly requests: readonly RecordedRequest[];
  /**
   * Waits until this many requests have arrived in all.
   *
   * @throws {Error} when the server is closed before.
   */
  waitForRequests(count: number): Promise<void>;
  /** Answers the next request that has no scripted answer yet; called again, the one after it. */
  respondOnce(answer: ScriptedAnswer): void;
  /** Answers by function whatever `respondOnce` doesn't; `undefined` goes back to the server's own answers. */
  respondWith(responder: Responder | undefined): void;
  /** Holds the answers of the next `count` requests (default: of all) until the gate is released. */
  hold(count?: number): Gate;
}

/** The scripting of one server (or one part of it) together with the way requests get their answers through it. */
export interface ScriptedAnswers {
  readonly scripting: Scripting;
  answer(request: RecordedRequest): Promise<ReadyAnswer>;
  close(): void;
}

/** Puts a test's script in front of a server's own answers. */
export function scriptedAnswers(
  own: (request: RecordedRequest) => ReadyAnswer | Promise<ReadyAnswer>,
): ScriptedAnswers {
  const log = new RequestLog();
  const once: ScriptedAnswer[] = [];
  let gates: RequestGate[] = [];
  let respond: Responder | undefined;
  return {
    scripting: {
      requests: log.requests,
      waitForRequests: (count) => log.waitFor(count),
      respondOnce: (answer) => void once.push(checkAnswer(answer)),
      respondWith: (responder) => {
        respond = responder;
      },
      hold: (count = Infinity) => {
        const gate = new RequestGate(count);
        gates.push(gate);
        return gate;
      },
    },
    async answer(request) {
      const scripted = once.shift();
      gates = gates.filter((gate) => !gate.full);
      const held = gates[0]?.enter();
      log.add(request);
      await held;
      const script = scripted ?? checkAnswer((await respond?.(request)) ?? {});
      // Not kept alive for a delay: a test that is over ends its process.
      if (script.delay !== undefined) await setTimeout(script.delay, undefined, { ref: false });
      return readyAnswer(script, () => own(request));
    },
    close: () => log.close(),
  };
}
