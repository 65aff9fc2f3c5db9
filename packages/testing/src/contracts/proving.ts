import assert from 'node:assert/strict';
import type { Responder } from '../scripting.ts';
import type { ScriptedAnswer } from '../scripted-answer.ts';
import { arrived, assertBare } from './arrived.ts';
import { assertProved, proofOf } from './proof.ts';
import type { Scenario, Suite } from './scenario.ts';

/** How the possession of a token that is bound to a key is proved (DPoP). */
export function proving({ test }: Suite): void {
  test('proves each call for exactly its method and address', async (scenario) => {
    const { api, call } = takeProved(scenario);
    await call({ url: `${api.origin}/proved/invoices?page=2` });
    await call({ url: `${api.origin}/proved/orders`, method: 'PUT', body: 'an order' });
    const [first, second] = [arrived(api, 0), arrived(api, 1)];
    assert.deepEqual([first.path, second.method], ['/proved/invoices?page=2', 'PUT']);
    for (const request of [first, second]) assertProved(request, api.origin, 'bound-1');
    assert.notEqual(proofOf(second)['jti'], proofOf(first)['jti']);
  });

  test('proves anew with the next token when the API has refused one', async (scenario) => {
    const { api, call } = takeProved(scenario);
    api.respondOnce(refused('invalid_token'));
    const result = await call({ url: `${api.origin}/proved/invoices`, method: 'POST', body: 'an invoice' });
    assert.equal(result.status, 200);
    const [first, second] = [arrived(api, 0), arrived(api, 1)];
    assertProved(first, api.origin, 'bound-1');
    assertProved(second, api.origin, 'bound-2');
    assert.equal(second.body, 'an invoice');
    assert.notEqual(proofOf(second)['jti'], proofOf(first)['jti']);
  });

  test('E45 answers a challenge for a nonce once, with the token that it has', async (scenario) => {
    const { server, api, call } = takeProved(scenario);
    for (const nonce of ['first', 'second']) api.respondOnce(refused('use_dpop_nonce', { 'dpop-nonce': nonce }));
    const result = await call({ url: `${api.origin}/proved/invoices` });
    assert.equal(result.status, 401);
    assert.deepEqual(
      api.requests.map((request) => proofOf(request)['nonce']),
      [undefined, 'first'],
    );
    assertProved(arrived(api, 1), api.origin, 'bound-1');
    assert.equal(server.requests.length, 1);
  });

  test('E45 sends no more than three times: for a nonce, then for another token', async (scenario) => {
    const { api, call } = takeProved(scenario);
    api.respondOnce(refused('use_dpop_nonce', { 'dpop-nonce': 'first' }));
    api.respondOnce(refused('invalid_token'));
    api.respondOnce(refused('invalid_token'));
    assert.equal((await call({ url: `${api.origin}/proved/invoices` })).status, 401);
    assert.equal(api.requests.length, 3);
    assertProved(arrived(api, 2), api.origin, 'bound-2');
  });

  test('E22 a redirect inside attachTo carries a proof for the new address', async (scenario) => {
    const { api, call } = takeProved(scenario);
    api.respondOnce({ status: 303, headers: { location: '/proved/result?page=1' } });
    const result = await call({ url: `${api.origin}/proved/job`, method: 'POST', body: 'a job' });
    assert.equal(result.status, 200);
    const [job, answer] = [arrived(api, 0), arrived(api, 1)];
    assert.deepEqual([answer.method, answer.path, answer.body], ['GET', '/proved/result?page=1', '']);
    for (const request of [job, answer]) assertProved(request, api.origin, 'bound-1');
    assert.notEqual(proofOf(answer)['jti'], proofOf(job)['jti']);
  });

  test('E22 a redirect out of attachTo carries neither token nor proof', async (scenario) => {
    const { api, elsewhere, call } = takeProved(scenario);
    api.respondOnce({ status: 302, headers: { location: '/v1/there' } });
    api.respondOnce({ status: 302, headers: { location: `${elsewhere.origin}/proved` } });
    const result = await call({ url: `${api.origin}/proved/here` });
    assert.equal(result.body, 'elsewhere');
    assertProved(arrived(api, 0), api.origin, 'bound-1');
    assertBare(arrived(api, 1));
    assertBare(arrived(elsewhere, 0));
  });
}

/** Issues tokens that are bound to whatever key asks for them, and takes them all. */
function takeProved(scenario: Scenario): Scenario {
  let issued = 0;
  const answer: Responder = ({ headers }) => {
    if (headers['dpop'] === undefined) return undefined;
    issued += 1;
    return { body: { access_token: `bound-${issued}`, token_type: 'DPoP', expires_in: 3600 } };
  };
  scenario.server.respondWith(answer);
  scenario.api.respondWith(() => ({ status: 200 }));
  return scenario;
}

function refused(error: string, headers: Readonly<Record<string, string>> = {}): ScriptedAnswer {
  return { status: 401, headers: { 'www-authenticate': `DPoP error="${error}"`, ...headers } };
}
