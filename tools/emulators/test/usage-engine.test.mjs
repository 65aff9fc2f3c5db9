import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startUsageEngine } from '../index.mjs';
import { ask, basic, bearer, stillClock, tokenRequest } from './ask.mjs';

const clients = {
  meters: { secret: 'meters secret', scopes: ['create:meter_types', 'create:meters'] },
  eu: { secret: 'eu secret', scopes: ['create:meters'], environments: ['eu'] },
};
const clock = stillClock();

let engine;
let eu;
let us;
beforeAll(async () => {
  const permissions = { '/metering/v1/meter-types': 'create:meter_types' };
  engine = await startUsageEngine({ clients, environments: ['eu', 'us'], clock, permissions });
  ({ eu, us } = engine.environments);
});
afterAll(() => engine.close());

const request = (changes = {}) => ({
  client_id: 'meters',
  client_secret: 'meters secret',
  grant_type: 'client_credentials',
  audience: eu.audience,
  ...changes,
});
const post = (parameters, headers) => ask(engine.tokenEndpoint, tokenRequest(parameters, headers));
const getToken = async (changes) => (await post(request(changes))).body.access_token;

describe('a token request at Usage Engine', () => {
  it('is answered with the four members', async () => {
    const { status, body } = await post(request());
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        access_token: expect.any(String),
        scope: 'create:meter_types create:meters',
        expires_in: 3600,
        token_type: 'Bearer',
      },
    });
    expect(engine.tokenEndpoint).toMatch(/\/authentication\/v1\/oauth\/token$/);
    expect(engine.tokenRequests.list.at(-1)).toMatchObject({ clientId: 'meters', audience: eu.audience });
  });

  it('for one scope is given that', async () => {
    expect((await post(request({ scope: 'create:meters other' }))).body.scope).toBe('create:meters');
  });

  const without = (name) => () => Object.fromEntries(Object.entries(request()).filter(([key]) => key !== name));
  const refused = [
    ['without its audience', without('audience'), 403, 'access_denied'],
    ['without the slash', () => request({ audience: eu.audience.slice(0, -1) }), 403, 'access_denied'],
    ['with one slash more', () => request({ audience: `${eu.audience}/` }), 403, 'access_denied'],
    ['with an audience in upper case', () => request({ audience: eu.audience.toUpperCase() }), 403, 'access_denied'],
    [
      'for an environment that the client may not call',
      () => request({ client_id: 'eu', client_secret: 'eu secret', audience: us.audience }),
      403,
      'access_denied',
    ],
    ['with the wrong secret', () => request({ client_secret: 'wrong' }), 401, 'access_denied'],
    ['without a secret', without('client_secret'), 401, 'access_denied'],
    ['by nobody', () => request({ client_id: 'valueOf', client_secret: 'any' }), 401, 'access_denied'],
    ['without a grant', without('grant_type'), 400, 'invalid_request'],
    [
      'for a refresh',
      () => request({ grant_type: 'refresh_token', refresh_token: 'any' }),
      403,
      'unsupported_grant_type',
    ],
  ];
  it.each(refused)('%s is refused', async (_, parameters, status, error) => {
    expect(await post(parameters())).toMatchObject({ status, body: { error } });
  });

  it('says whether the audience is missing or wrong', async () => {
    const missing = await post(without('audience')());
    const wrong = await post(request({ audience: eu.audience.slice(0, -1) }));
    expect(missing.body.error_description).toMatch(/^No audience was given/);
    expect(wrong.body.error_description).toMatch(/^There is no API with this audience/);
  });

  it('with the client in Basic is refused, with and without it in the body', async () => {
    const header = basic('meters', 'meters secret');
    const inHeader = { grant_type: 'client_credentials', audience: eu.audience };
    for (const parameters of [inHeader, request()]) {
      expect(await post(parameters, header)).toMatchObject({ status: 401, body: { error: 'access_denied' } });
    }
  });

  it('as JSON is refused', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await ask(engine.tokenEndpoint, { method: 'POST', headers, body: JSON.stringify(request()) });
    expect(answer).toMatchObject({ status: 415, body: { error: 'invalid_request' } });
  });
});

describe('a call to an API of Usage Engine', () => {
  it('needs a token for that environment', async () => {
    const [forEu, forUs] = [await getToken(), await getToken({ audience: us.audience })];
    const statuses = [];
    for (const { api } of [eu, us]) {
      for (const token of [forEu, forUs]) statuses.push((await ask(`${api}/metering/v1/meters`, bearer(token))).status);
    }
    expect(statuses).toEqual([200, 401, 401, 200]);
  });

  it('needs the scope', async () => {
    const types = `${eu.api}/metering/v1/meter-types`;
    expect(await ask(types, bearer(await getToken()))).toMatchObject({ status: 200 });
    const limited = await getToken({ client_id: 'eu', client_secret: 'eu secret' });
    expect(await ask(types, bearer(limited))).toMatchObject({ status: 403, body: { error: 'insufficient_scope' } });
  });

  it('is refused after an hour, and when the token or the keys were taken back', async () => {
    const call = async (token) => (await ask(eu.api, bearer(token))).status;
    const token = await getToken();
    clock.advance(3600);
    expect(await call(token)).toBe(401);
    const [revoked, rotated] = [await getToken(), await getToken()];
    engine.revoke(revoked);
    expect([await call(revoked), await call(rotated)]).toEqual([401, 200]);
    await engine.rotateKeys({ drop: true });
    expect([await call(rotated), await call(await getToken())]).toEqual([401, 200]);
  });

  it('names one environment where there is only one', async () => {
    const single = await startUsageEngine({ clients });
    expect(single.audience).toBe(`${single.api}/`);
    expect(Object.keys(single.environments)).toEqual(['production']);
    await single.close();
  });
});
