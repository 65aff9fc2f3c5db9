import { createOutboundAuth } from '@outbound-auth/core';
import { manualClock, memoryStore } from '@outbound-auth/testing';
import { TokenEndpoint } from './token-endpoint.mjs';
import { Turns } from './turns.mjs';

/**
 * The same as `simulate`, by the product itself: a `createOutboundAuth` for each process, on one manual clock, before a
 * token endpoint in memory. `walks` makes even those calls that find a fresh token; otherwise they are left out.
 */
export async function simulateReally(processes, { rules, until, tell, walks = false }) {
  const clock = manualClock(0);
  const endpoint = new TokenEndpoint(clock, rules, tell.request);
  const store = processes.length > 1 ? readCounting(memoryStore({ clock }), () => tell.read(clock.now())) : undefined;
  const clients = processes.map(({ random }) => clientOf(endpoint, { clock, random, store }, rules));
  const calls = new Turns(processes.map(({ nextCall }) => nextCall(0)));
  const waiting = new Set();
  while (calls.time < until) {
    const [time, index] = [calls.time, calls.first];
    if (clock.pending === 0) clock.set(time);
    else await endpoint.settled(clock.advance(time - clock.now()));
    call(index, time);
    await endpoint.settled();
    const { renewalDueAt = 0 } = clients[index].status();
    calls.postpone(processes[index].nextCall(walks ? time : Math.max(time, renewalDueAt)));
  }
  await endpoint.settled(clock.advance(rules.latency));

  function call(index, time) {
    const client = clients[index];
    if (client.peekAccessToken() !== undefined) return;
    if (client.status().token === 'expired' && !waiting.has(index)) tell.wait(time);
    waiting.add(index);
    const over = () => waiting.delete(index);
    // A failure is told by an event, too.
    client.getAccessToken().then(over, over);
  }
}

// All but the jitter is left to the product's defaults.
function clientOf({ fetch, onEvent }, shared, { renewalJitter }) {
  const billing = {
    tokenEndpoint: 'https://idp.example.com/token',
    clientId: 'orders-service',
    clientSecret: 'simulated',
    attachTo: ['https://api.billing.example'],
    renewalJitter,
  };
  return createOutboundAuth({ clients: { billing }, fetch, onEvent, ...shared }).client('billing');
}

function readCounting(store, tell) {
  return {
    ...store,
    get: (key) => {
      tell();
      return store.get(key);
    },
  };
}
