import { open as openOneClient } from '../kit/one-client.mjs';
import { fewAtOnce } from './few-at-once.mjs';

const about = new Set(['token.requested', 'token.received', 'token.failed', 'token.retrying', 'token.held_back']);

/**
 * A scene: one client, and in the order of time what befell its token requests, and the calls that found no token. The
 * command `log` gives what there is since it was last asked. `most` is how many calls are sent at a time.
 *
 * - `requests`: [{ at, type, ms }], events; `ms` is how long they say that something took, or will take
 * - `waits`: [{ from, until, failed, tokens }]; `tokens` is how many were received meanwhile
 * - `failedInHand`: how many calls failed although there was a token
 */
export function open(settings) {
  const scene = openOneClient(settings);
  let log = empty();
  let tokens = 0;

  const taken = () => {
    const all = log;
    log = empty();
    return all;
  };

  const failed = async (calling) => {
    try {
      return (await calling).status !== 200;
    } catch {
      return true;
    }
  };

  const call = async (auth) => {
    const isInHand = scene.peek(auth) !== undefined;
    const before = { from: Date.now(), tokens };
    const calling = scene.call(auth);
    const hasFailed = await failed(calling);
    if (!isInHand)
      log.waits.push({ from: before.from, until: Date.now(), failed: hasFailed, tokens: tokens - before.tokens });
    else if (hasFailed) log.failedInHand += 1;
    return calling;
  };

  const onEvent = ({ type, durationMs, delayMs }) => {
    if (type === 'token.received') tokens += 1;
    if (about.has(type)) log.requests.push({ at: Date.now(), type, ms: durationMs ?? delayMs });
  };

  const options = { ...scene.options, fetch: fewAtOnce(settings.most) };
  return { ...scene, options, call, onEvent, commands: { log: taken } };
}

function empty() {
  return { requests: [], waits: [], failedInHand: 0 };
}
