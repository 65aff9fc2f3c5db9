import assert from 'node:assert/strict';
import type { Responder } from '../scripting.ts';
import type { RecordedRequest } from '../recorded-request.ts';
import { bearerOf, untilArrived } from './arrived.ts';
import { failureOf } from './failure-of.ts';
import type { Scenario, Suite } from './scenario.ts';

const tokenOfAda = 'the-token-of-Ada';
const tokenOfBob = 'the-token-of-Bob';

/** Whose token a call gets. */
export function onBehalfOfUsers({ test }: Suite): void {
  test('E10 exchanges the token of each user, once', async (scenario) => {
    const { server, api, call } = scenario;
    takeExchanged(scenario);
    const users = [tokenOfAda, tokenOfBob, tokenOfAda];
    for (const subjectToken of users) await call({ url: `${api.origin}/users/invoices`, subjectToken });
    assert.deepEqual(api.requests.map(bearerOf), users.map(exchangedFor));
    assert.deepEqual(server.requests.map(grantOf), [
      ['urn:ietf:params:oauth:grant-type:token-exchange', tokenOfAda],
      ['urn:ietf:params:oauth:grant-type:token-exchange', tokenOfBob],
    ]);
  });

  test('E39 keeps users apart whose calls are under way at the same time', async (scenario) => {
    const { server, api, call } = scenario;
    takeExchanged(scenario);
    const answers = server.hold();
    const users = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? tokenOfAda : tokenOfBob));
    const calls = users.map((subjectToken, index) => call({ url: `${api.origin}/users/${index}`, subjectToken }));
    await untilArrived(server, 1, calls);
    answers.release();
    await Promise.all(calls);
    const sent = Object.fromEntries(api.requests.map((request) => [request.path, bearerOf(request)]));
    assert.deepEqual(sent, Object.fromEntries(users.map((user, index) => [`/users/${index}`, exchangedFor(user)])));
    assert.equal(server.requests.length, 2);
  });

  test('fails before anything is sent when it is the work of no user', async ({ server, api, call }) => {
    const error = await failureOf(call({ url: `${api.origin}/users/invoices` }));
    assert.deepEqual([error.code, error.client, error.status], ['subject_token_missing', 'exchanging', 401]);
    assert.deepEqual([server.requests.length, api.requests.length], [0, 0]);
  });
}

/** Issues tokens that tell their users, and takes them all. */
function takeExchanged({ server, api }: Scenario): void {
  const answer: Responder = ({ parameters }) => {
    const accessToken = exchangedFor(parameters.get('subject_token'));
    return { body: { access_token: accessToken, token_type: 'Bearer', expires_in: 3600 } };
  };
  server.respondWith(answer);
  api.respondWith(() => ({ status: 200 }));
}

function exchangedFor(subjectToken: string | null): string {
  return `exchanged-for-${subjectToken}`;
}

function grantOf({ parameters }: RecordedRequest): (string | null)[] {
  return [parameters.get('grant_type'), parameters.get('subject_token')];
}
