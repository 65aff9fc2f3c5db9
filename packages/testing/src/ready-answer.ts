import type { ServerResponse } from 'node:http';
import type { Fault, ScriptedAnswer } from './scripted-answer.ts';

/** An answer with every decision taken: only sending it is left. */
export interface ReadyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
  readonly fault?: Fault;
}

/** A JSON answer of the server itself. */
export function jsonAnswer(status: number, body: object, headers: Readonly<Record<string, string>> = {}): ReadyAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** Joins a script with what the server would have answered by itself, which is asked for only where it is needed. */
export async function readyAnswer(
  script: ScriptedAnswer,
  own: () => ReadyAnswer | Promise<ReadyAnswer>,
): Promise<ReadyAnswer> {
  const fault = script.fault === undefined ? {} : { fault: script.fault };
  const headers = lowerCased(script.headers ?? {});
  if (script.status === undefined && script.body === undefined) {
    const base = await own();
    return { ...base, headers: { ...base.headers, ...headers }, ...fault };
  }
  const raw = script.body === undefined || typeof script.body === 'string' || script.body instanceof Uint8Array;
  return {
    status: script.status ?? 200,
    headers: raw ? headers : { 'content-type': 'application/json', ...headers },
    body: Buffer.from(raw ? (script.body ?? '') : JSON.stringify(script.body)),
    ...fault,
  };
}

/** Puts an answer on the wire, or breaks it as told. */
export function sendAnswer(response: ServerResponse, answer: ReadyAnswer): void {
  const { body, fault, status } = answer;
  if (fault === 'hang') return;
  if (fault === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  response.statusCode = status;
  if (fault === undefined) {
    response.end(body);
    return;
  }
  response.setHeader('content-length', Math.max(body.length, 1));
  response.flushHeaders();
  response.write(body.subarray(0, body.length >> 1), () => response.socket?.destroy());
}

function lowerCased<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
