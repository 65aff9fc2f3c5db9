import { createOutboundAuth, type OutboundAuth } from '@outbound-auth/core';
import AxiosMockAdapter from 'axios-mock-adapter';
import axios from 'axios';
import { http as mocked, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import nock from 'nock';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { member } from '../src/member.ts';
import { type Build, builds, type Config, type Instance } from './builds.ts';
import { failureOf } from './scene.ts';

// It takes over the network as soon as it is imported.
nock.restore();

const idp = 'https://idp.example.com';
const api = 'https://api.billing.example';
const url = `${api}/v2/invoices`;
const token = (name: string): object => ({ access_token: name, token_type: 'Bearer', expires_in: 3600 });

function attachedTo(build: Build, config?: Config): Instance {
  // Axios keeps the first `fetch` that it finds, and would go on with a mock's in the tests after this one.
  const { fetch, Request, Response } = globalThis;
  const http = build.create({ env: { fetch, Request, Response }, ...config });
  attachOutboundAuth(http, someAuth());
  return http;
}

function someAuth(): OutboundAuth<'billing'> {
  const client = { tokenEndpoint: `${idp}/token`, clientId: 'orders', clientSecret: 'a-secret' };
  const auth = createOutboundAuth({ clients: { billing: { ...client, attachTo: [`${api}/v2`] } } });
  onTestFinished(() => auth.close());
  return auth;
}

describe.each(builds)('E38 a mock of the network beside $name:', (build) => {
  it('nock answers both the token request and the call, and a redirect and a refused token beside', async () => {
    nock.activate();
    onTestFinished(() => {
      nock.cleanAll();
      nock.restore();
    });
    nock(idp).post('/token').reply(200, token('first-token')).post('/token').reply(200, token('second-token'));
    nock(api, { reqheaders: { authorization: 'Bearer first-token' } })
      .get('/v2/invoices')
      .reply(302, '', { location: '/v2/bills' })
      .get('/v2/bills')
      .reply(401);
    nock(api, { reqheaders: { authorization: 'Bearer second-token' } })
      .get('/v2/bills')
      .reply(200, ['INV-1']);
    expect((await attachedTo(build).request({ url })).data).toEqual(['INV-1']);
    expect(nock.pendingMocks()).toEqual([]);
  });

  it('nock says what it did not expect, without the token', async () => {
    nock.activate();
    nock.disableNetConnect();
    onTestFinished(() => {
      nock.enableNetConnect();
      nock.cleanAll();
      nock.restore();
    });
    nock(idp).post('/token').reply(200, token('the-token-of-nock'));
    nock(api).get('/v2/orders').reply(200);
    const error = await failureOf(attachedTo(build).request({ url }));
    const shown = inspect(error, { depth: 9 });
    expect(shown).toContain('/v2/invoices');
    expect(shown).not.toContain('the-token-of-nock');
  });

  it('msw answers both', async () => {
    const seen: unknown[] = [];
    const server = setupServer(
      mocked.post(`${idp}/token`, () => HttpResponse.json(token('of-msw'))),
      mocked.get(url, ({ request }) => {
        seen.push(request.headers.get('authorization'));
        return HttpResponse.json(['INV-1']);
      }),
    );
    server.listen({ onUnhandledRequest: 'error' });
    onTestFinished(() => {
      server.close();
    });
    expect((await attachedTo(build).request({ url })).data).toEqual(['INV-1']);
    expect(seen).toEqual(['Bearer of-msw']);
  });
});

describe.each(builds)('E38 a mock in the place of an adapter of $name:', (build) => {
  /** Only token requests go by `fetch`: the mock is in the place of everything else. */
  function stubTokens(): void {
    let count = 0;
    vi.stubGlobal('fetch', async () => Response.json(token(`token-${(count += 1)}`)));
    onTestFinished(() => {
      vi.unstubAllGlobals();
    });
  }

  it('a function is called with the token, and its answers are judged as those of an API', async () => {
    stubTokens();
    const tokens: unknown[] = [];
    const adapter = async (config: Config): Promise<object> => {
      tokens.push(member(config.headers, 'authorization'));
      return { status: tokens.length === 1 ? 401 : 200, statusText: '', data: ['INV-1'], headers: {}, config };
    };
    const { data, config } = await attachedTo(build, { adapter }).request({ url });
    expect(data).toEqual(['INV-1']);
    expect(tokens).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(inspect(config, { depth: 9 })).not.toContain('token-2');
  });

  it.each(['before', 'after'])('axios-mock-adapter, put there %s attaching, is shown the token', async (order) => {
    stubTokens();
    const http = build.create();
    const mock = (): AxiosMockAdapter => mockOf(http);
    const early = order === 'before' ? mock() : undefined;
    attachOutboundAuth(http, someAuth());
    const adapter = early ?? mock();
    adapter
      .onGet(url)
      .replyOnce(401)
      .onGet(url)
      .replyOnce(({ headers }) => [200, { shown: member(headers, 'authorization') }]);
    adapter.onGet(`${api}/v2/gone`).reply(404, { reason: 'gone' });
    expect((await http.request({ url })).data).toEqual({ shown: 'Bearer token-2' });
    const error = await failureOf(http.request({ url: `${api}/v2/gone` }));
    expect(member(error, 'response')).toMatchObject({ status: 404, data: { reason: 'gone' } });
    expect(inspect(error, { depth: 9 })).not.toContain('token-2');
    // As its own errors do without us.
    expect(member(error, 'isAxiosError')).toBe(true);
  });
});

it('E38 an instance whose methods are mocked makes no call at all', async () => {
  const fetch = vi.fn();
  vi.stubGlobal('fetch', fetch);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const http = axios.create();
  attachOutboundAuth(http, someAuth());
  vi.spyOn(http, 'get').mockResolvedValue({ data: ['INV-1'] });
  expect(await http.get(url)).toEqual({ data: ['INV-1'] });
  expect(fetch).not.toHaveBeenCalled();
});

/** Its types know the Axios of one format alone. */
function mockOf(instance: Instance): AxiosMockAdapter {
  const mock: unknown = Reflect.construct(AxiosMockAdapter, [instance]);
  if (mock instanceof AxiosMockAdapter) return mock;
  throw new Error('axios-mock-adapter is not what it was');
}
