import assert from 'node:assert/strict';
import { once } from 'node:events';
import { untilArrived } from '../arrived.ts';
import { withoutLooseEnds } from '../loose-ends.ts';
import { textOf } from './text-of.ts';
import type { ServedScenario, ServedSuite } from './served-scenario.ts';

/** What ends in the middle: an answer that had begun, or a client that does not wait for one. */
export function brokenOff({ harness, test }: ServedSuite): void {
  test('E37 an error when the answer has begun goes to the framework, which serves on', async (scene) => {
    const { api, answer, call, log } = scene;
    const failing = promiseOf<true>();
    answer(async ({ outbound, response }) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).write('begun');
      await failing.promise;
      return (await outbound.client('own').fetch(`${api.origin}/elsewhere`)).text();
    });
    await withoutLooseEnds(async () => {
      const left = new AbortController();
      const response = await call({ signal: left.signal });
      failing.resolve(true);
      await log.tells('it is outside attachTo');
      if (harness.endsBegun ?? true) await assert.rejects(response.text());
      else left.abort();
      await servesOn(scene);
    });
  });

  test('E37 a client that goes away while a token is got costs nothing: others have it', async (scene) => {
    const { server, api, answer, call } = scene;
    const held = server.hold();
    const worked = promiseOf<string>();
    answer(async ({ outbound, response }) => {
      const gone = once(response, 'close');
      const text = textOf(outbound.fetch(`${api.origin}/own`));
      worked.resolve(text);
      await gone;
      held.release();
      return text;
    });
    await withoutLooseEnds(async () => {
      const left = new AbortController();
      const sent = assert.rejects(call({ signal: left.signal }));
      await untilArrived(server, 1, [sent]);
      left.abort();
      await sent;
      assert.match(await worked.promise, /^Bearer token-1-/);
      await servesOn(scene);
    });
    assert.equal(server.requests.length, 1);
  });

  test('E37 a call that is to end with its client does, and harms no other', async (scene) => {
    const { api, answer, call } = scene;
    const held = api.hold(1);
    const failed = promiseOf<unknown>();
    answer(async ({ outbound, response }) => {
      const left = new AbortController();
      response.once('close', () => left.abort());
      const sent = outbound.fetch(`${api.origin}/own`, { signal: left.signal });
      void sent.then(() => failed.resolve('no error'), failed.resolve);
      return (await sent).text();
    });
    await withoutLooseEnds(async () => {
      const left = new AbortController();
      const sent = assert.rejects(call({ signal: left.signal }));
      await untilArrived(api, 1, [sent]);
      left.abort();
      await sent;
      assert.match(String(await failed.promise), /^AbortError/);
      held.release();
      await servesOn(scene);
    });
  });
}

/** The next request is served as if nothing had been. */
async function servesOn({ api, answer, call }: ServedScenario): Promise<void> {
  answer(async ({ outbound }) => (await outbound.fetch(`${api.origin}/own`)).text());
  assert.match(await textOf(call()), /^Bearer token-/);
}

interface Settled<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value | Promise<Value>) => void;
}

function promiseOf<Value>(): Settled<Value> {
  let resolve: Settled<Value>['resolve'] = () => undefined;
  const promise = new Promise<Value>((given) => {
    resolve = given;
  });
  return { promise, resolve };
}
