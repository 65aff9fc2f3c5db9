import { createOutboundAuth, isOutboundAuthError } from '@outbound-auth/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { builds, http as build } from './builds.ts';
import { otherCopy } from './other-copy.ts';
import { failureOf, startScene } from './scene.ts';

let copy: Awaited<ReturnType<typeof otherCopy>>;

beforeAll(async () => {
  copy = await otherCopy();
});

describe.each(builds)('E55 a second copy of this package and of core, $name,', (build) => {
  it('attaches an auth of the first, and finds that it is there already', async () => {
    const { api, auth, elsewhere, events, http, server } = await startScene(build);
    expect(copy.attachOutboundAuth).not.toBe(attachOutboundAuth);
    copy.attachOutboundAuth(http, auth);
    const other = build.create();
    copy.attachOutboundAuth(other, auth);
    for (const instance of [http, other]) {
      expect((await instance.request({ url: `${api.origin}/v2/invoices` })).status).toBe(200);
    }
    expect([api.requests.length, server.requests.length]).toEqual([2, 1]);
    await http.request({ url: elsewhere.origin, validateStatus: null });
    expect(events.filter(({ type }) => type === 'address.unmatched')).toHaveLength(1);
  });

  it('knows the user that the first was told of', async () => {
    const { api, server } = await startScene(build);
    const client = { tokenEndpoint: server.tokenEndpoint, clientId: 'orders', clientSecret: 's' };
    const auth = copy.createOutboundAuth({
      clients: { users: { ...client, grant: copy.tokenExchange(), attachTo: [`${api.origin}/v2`] } },
    });
    const http = build.create();
    attachOutboundAuth(http, auth);
    const first = createOutboundAuth({ clients: {} });
    await first.withSubjectToken('of-ada', () => http.request({ url: `${api.origin}/v2/invoices` }));
    expect(server.requests.map(({ parameters }) => parameters.get('subject_token'))).toEqual(['of-ada']);
  });
});

it('E55 an error of either copy is known by both', async () => {
  const { api, auth } = await startScene(build);
  const http = build.create();
  copy.attachOutboundAuth(http, auth);
  const call = { url: `${api.origin}/v2/invoices`, auth: { username: 'caller', password: 'own' } };
  const error = await failureOf(http.request(call));
  expect([isOutboundAuthError(error), copy.isOutboundAuthError(error)]).toEqual([true, true]);
});
