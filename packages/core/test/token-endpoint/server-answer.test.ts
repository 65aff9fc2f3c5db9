import { describe, expect, it } from 'vitest';
import { failureOf, startAsking } from './asking.ts';

/** What is made of an answer's body and challenge. */
async function read(body: string | Record<string, unknown> | undefined, challenge: string, type = 'application/json') {
  const { server, ask } = await startAsking();
  const headers = { 'www-authenticate': challenge, 'content-type': type };
  server.respondOnce({ status: 401, headers, ...(body !== undefined && { body }) });
  const { error, errorDescription } = (await failureOf(ask())).server ?? {};
  return [error, errorDescription];
}

const challenge = 'Basic realm="token", error="invalid_client", error_description="Unknown \\"client\\""';
const challenged = ['invalid_client', 'Unknown "client"'];

describe('a challenge', () => {
  it.each([
    ['no body', undefined],
    ['an empty object', {}],
    ['members that are absent by another name', { error: 'null', error_description: '' }],
    ['members that are no texts', { error: { code: 7 }, error_description: ['x'] }],
    ['a body that is no JSON', '{"error":'],
  ])('speaks where there is %s', async (_title, body) => {
    expect(await read(body, challenge)).toEqual(challenged);
  });

  it.each(['text/html', 'text/plain'])('speaks before a text without form (%s)', async (type) => {
    expect(await read('Unauthorized', challenge, type)).toEqual(challenged);
    expect(await read('<h1>Unauthorized</h1>', challenge, type)).toEqual(challenged);
    expect(await read('Unauthorized', 'Basic realm="token"', type)).toEqual([undefined, 'Unauthorized']);
  });

  it('adds its words to the same error alone', async () => {
    expect(await read({ error: 'invalid_client' }, challenge)).toEqual(challenged);
    expect(await read({ error: 'invalid_request' }, challenge)).toEqual(['invalid_request', undefined]);
    expect(await read({ message: 'No' }, challenge)).toEqual(['invalid_client', 'No']);
  });

  it('is silent where JSON has said all', async () => {
    expect(await read({ error: 'invalid_grant', error_description: 'Ended' }, challenge)).toEqual([
      'invalid_grant',
      'Ended',
    ]);
  });

  it.each([
    [
      'of several schemes',
      'Negotiate, Bearer realm="a", DPoP error="invalid_dpop_proof"',
      ['invalid_dpop_proof', undefined],
    ],
    ['with words alone', 'Basic error_description="Try again"', [undefined, 'Try again']],
    ['without either', 'Basic realm="token"', [undefined, undefined]],
    ['that is no challenge', '",=;', [undefined, undefined]],
  ])('%s is read', async (_title, header, said) => {
    expect(await read(undefined, header)).toEqual(said);
  });

  it('is cut like a body', async () => {
    const [error, description] = await read(
      undefined,
      `B error="${'e'.repeat(900)}", error_description="${'d'.repeat(900)}"`,
    );
    expect([error?.length, description?.length]).toEqual([100, 500]);
  });
});

describe('the words of a server', () => {
  it('stay on one line of a log', async () => {
    const said = 'AADSTS7000215: Invalid client secret.\r\nTrace ID: 7\u2028\u001b[31mred';
    expect(await read({ error: 'invalid\nclient', error_description: said }, '')).toEqual([
      'invalid client',
      'AADSTS7000215: Invalid client secret. Trace ID: 7 [31mred',
    ]);
  });

  it('E25 that are a secret of two lines stay unsaid', async () => {
    const { server, ask } = await startAsking(() => ({
      authenticate: async ({ body, secret }) => body.set('client_secret', await secret('first line\nsecond line')),
    }));
    server.respondOnce({ status: 400, body: { error_description: 'unknown: first line\nsecond line' } });
    expect((await failureOf(ask())).server?.errorDescription).toBe('unknown: [redacted]');
  });
});
