import { outboundFor } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { adapterContract, callByFetch, serveCalls } from '../../src/index.ts';

adapterContract(
  { describe, it },
  {
    name: 'outboundFor in a node:http server',
    start: (auth) =>
      serveCalls((calls) => (request, response) => {
        const id = request.headers['x-call'];
        const { outbound } = outboundFor(auth, 'outboundFor(auth)')(request.headers.authorization);
        callByFetch(calls.callOf(id), (url, init) => outbound.fetch(url, init))
          .then((result) => response.end(JSON.stringify(result)))
          .catch((error: unknown) => {
            calls.failed(id, error);
            response.writeHead(500).end();
          });
      }),
  },
);

describe('serveCalls', () => {
  it('wants the result of the call as JSON', async () => {
    const adapter = await serveCalls(() => (_request, response) => response.end('"done"'));
    await expect(adapter.call({ url: 'http://127.0.0.1/' })).rejects.toThrow(
      'answer with the result of the call as JSON',
    );
    await adapter.close();
  });

  it('knows a call only by the header of its request', async () => {
    const adapter = await serveCalls((calls) => (_request, response) => {
      expect(() => calls.callOf(undefined)).toThrow('callOf: give the x-call header of the request being served');
      response.end('{"status":200,"headers":{},"body":""}');
    });
    expect(await adapter.call({ url: 'http://127.0.0.1/' })).toEqual({ status: 200, headers: {}, body: '' });
    await adapter.close();
  });
});
