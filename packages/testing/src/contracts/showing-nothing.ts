import assert from 'node:assert/strict';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { exposedSecrets } from '../exposed-secrets.ts';
import type { ContractCall, ContractResult } from './adapter-harness.ts';
import { apiKey, clientSecret, type Scenario, type Suite, wrongSecret } from './scenario.ts';

const subjectToken = 'the-token-of-Mallory';

/** Calls that fail, before or after the token was attached. */
const failures: readonly { readonly what: string; readonly call: (scene: Scenario) => Promise<ContractResult> }[] = [
  { what: 'a client is refused', call: ({ api, call }) => call({ url: `${api.origin}/refused/report` }) },
  { what: 'two clients cover the address', call: ({ api, call }) => call({ url: `${api.origin}/shared/report` }) },
  {
    what: 'the server tells back what it was sent',
    call: ({ server, api, call }) => {
      server.respondOnce({ status: 400, body: { error: 'invalid_scope', error_description: clientSecret } });
      return call({ url: `${api.origin}/v2/invoices`, scope: 'echo' });
    },
  },
  {
    what: 'a user is refused',
    call: ({ server, api, call }) => {
      server.respondOnce({ status: 400, body: { error: 'invalid_grant', error_description: `no ${subjectToken}` } });
      return call({ url: `${api.origin}/users/invoices`, subjectToken });
    },
  },
  { what: 'the API breaks the connection', call: ({ api, call }) => failing(api, call, { fault: 'reset' }) },
  {
    what: 'the API sends half an answer',
    call: ({ api, call }) => failing(api, call, { body: 'half of it', fault: 'truncate' }),
  },
  {
    what: 'the API redirects to where nobody is',
    call: async ({ api, elsewhere, call }) => {
      await elsewhere.close();
      return failing(api, call, { status: 307, headers: { location: `${elsewhere.origin}/v2/gone` } });
    },
  },
];

/** That errors tell nothing that is secret, in whatever way they are shown. */
export function showingNothing({ test }: Suite): void {
  for (const { what, call } of failures) {
    test(`E25 shows no secret and no token where ${what}`, async (scene) => {
      // So that there is a token to show.
      await scene.call({ url: `${scene.api.origin}/v2/invoices` });
      const error = await call(scene).then(
        () => assert.fail('the call was expected to fail'),
        (failure: unknown) => failure,
      );
      assert.deepEqual(exposedSecrets(shapesOf(error), secretsOf(scene)), []);
    });
  }
}

function failing(
  api: Scenario['api'],
  call: Scenario['call'],
  answer: Parameters<Scenario['api']['respondOnce']>[0],
): Promise<ContractResult> {
  api.respondOnce(answer);
  const headers = { 'content-type': 'text/plain' };
  const sent: ContractCall = { url: `${api.origin}/v2/invoices`, method: 'POST', headers, body: 'an invoice' };
  return call(sent);
}

function secretsOf({ server }: Scenario): string[] {
  const credentials = server.requests.flatMap(({ headers }) => headers['authorization']?.replace(/^Basic /, '') ?? []);
  const tokens = server.issuedTokens.map(({ accessToken }) => accessToken);
  assert.ok(credentials.length > 0 && tokens.length > 0);
  return [clientSecret, wrongSecret, apiKey, subjectToken, ...credentials, ...tokens];
}

/** What a framework, a logger or another thread makes of a value. */
function shapesOf(value: unknown): unknown[] {
  const lines: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const shown = new Console(stream);
  shown.log(value);
  shown.log('%s %o %O', value, value, value);
  shown.dir(value, { depth: null, showHidden: true });
  return [value, lines, clonedOrNot(value)];
}

function clonedOrNot(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    // It holds what no other thread could be given.
    return undefined;
  }
}
