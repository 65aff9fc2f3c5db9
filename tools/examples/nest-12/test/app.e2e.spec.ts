import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { startUpstream } from '@outbound-auth/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppModule } from '../src/app.module.js';

// Real servers on loopback: one gives tokens, the other takes them.
const upstream = await startUpstream();
let app: NestFastifyApplication;

beforeEach(async () => {
  vi.stubEnv('IDP_ISSUER', upstream.server.issuer);
  vi.stubEnv('IDP_CLIENT_SECRET', 'a secret');
  for (const name of ['FLIGHTS', 'HOTELS', 'PROFILE', 'PARTNERS']) {
    vi.stubEnv(`${name}_URL`, `${upstream.api.origin}/${name.toLowerCase()}`);
  }
  const testing = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
});

afterEach(async () => {
  await app.close();
  vi.unstubAllEnvs();
});

it('searches with a token for flights', async () => {
  const { statusCode } = await app.inject({ url: '/flights/TXL/LIS' });
  expect(statusCode).toBe(200);
  const { accessToken } = upstream.server.issuedTokens.at(-1) ?? {};
  expect(upstream.api.requests.at(-1)).toMatchObject({
    path: '/flights/search?from=TXL&to=LIS',
    headers: { authorization: `Bearer ${accessToken}` },
  });
});

it('calls a partner with the token of the request’s tenant', async () => {
  const answer = await app.inject({ url: '/partners/acme', headers: { 'x-tenant': 'acme' } });
  expect(answer.json()).toMatchObject({ status: 200 });
  expect(upstream.server.issuedTokens.at(-1)).toMatchObject({ clientId: 'bookings-of-acme' });
  const ofAnother = await app.inject({ url: '/partners/acme', headers: { 'x-tenant': 'other' } });
  expect(ofAnother.json()).toMatchObject({ status: 401 });
});

it('reads the profile of the user, and of nobody else', async () => {
  const headers = { authorization: 'Bearer the-token-of-Ada' };
  expect((await app.inject({ url: '/profile', headers })).statusCode).toBe(200);
  expect(upstream.server.requests.at(-1)?.parameters.get('subject_token')).toBe('the-token-of-Ada');
  expect((await app.inject({ url: '/profile' })).statusCode).toBe(401);
});
