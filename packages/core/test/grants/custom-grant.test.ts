import { exposedSecrets } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/comparable.ts';
import { customGrant } from '../../src/grants/custom-grant.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { giveRefreshTokens, startGranting } from './granting.ts';

const type = 'urn:example:grant-type:device-key';

describe('a custom grant', () => {
  it('sends its type and parameters beside the client’s', async () => {
    const grant = customGrant(type, { device_key: async () => 'the-key', region: 'north' });
    const { client, bodies } = await startGranting(grant, { scope: 'read', parameters: { tenant: 'seven' } });
    await client.getAccessToken();
    expect(bodies()).toEqual([
      { grant_type: type, device_key: 'the-key', region: 'north', scope: 'read', tenant: 'seven' },
    ]);
  });

  it('needs no parameters', async () => {
    const { client, bodies } = await startGranting(customGrant(type));
    await client.getAccessToken();
    expect(bodies()).toEqual([{ grant_type: type }]);
  });

  it('sends the subject token of the call in the parameter that says whose it is', async () => {
    const grant = customGrant(type, { region: 'north' }, { subjectParameter: 'user' });
    const { auth, client, bodies } = await startGranting(grant);
    await auth.withSubjectToken('of-grace', () => client.getAccessToken());
    expect(bodies()).toEqual([{ grant_type: type, region: 'north', user: 'of-grace' }]);
  });

  it('E10 keeps the tokens apart that a function gives for the subject parameter', async () => {
    let present = 'of-grace';
    const { client, bodies } = await startGranting(
      customGrant(type, { user: () => present }, { subjectParameter: 'user' }),
    );
    const ofGrace = await client.getAccessToken();
    present = 'of-ada';
    const ofAda = await client.getAccessToken();
    present = 'of-grace';
    expect((await client.getAccessToken()).value).toBe(ofGrace.value);
    expect(ofAda.value).not.toBe(ofGrace.value);
    expect(bodies().map(({ user }) => user)).toEqual(['of-grace', 'of-ada']);
  });

  it('E10 has its texts in its key', () => {
    const parameters = { user: 'grace', region: 'north', device_key: () => 'the-key' };
    const texts = [
      { name: 'user', source: 'grace' },
      { name: 'region', source: 'north' },
    ];
    expect(customGrant(type, parameters).subject).toEqual(texts);
    expect(customGrant(type, parameters, { subjectParameter: 'user' }).subject).toEqual(texts);
    expect(customGrant(type, {}, { subjectParameter: 'user' }).subject).toEqual([{ name: 'user', source: undefined }]);
  });

  it('keeps no user’s refresh token', async () => {
    const { server, auth, next } = await startGranting(customGrant(type, {}, { subjectParameter: 'user' }));
    const { asked } = giveRefreshTokens(server, true);
    await auth.withSubjectToken('of-grace', () => next());
    await auth.withSubjectToken('of-grace', () => next());
    expect(asked).toEqual([type, type]);
  });

  it('sends nothing without a subject', async () => {
    const { server, client } = await startGranting(customGrant(type, {}, { subjectParameter: 'user' }));
    expect(await failureOf(client.getAccessToken())).toMatchObject({ code: 'subject_token_missing', status: 401 });
    expect(server.requests).toEqual([]);
  });

  it('E25 hides its parameters in errors', async () => {
    const { server, client } = await startGranting(customGrant(type, { device_key: 'the-device-key' }));
    server.respondOnce({ status: 400, body: { error: 'invalid_grant', error_description: 'no the-device-key' } });
    expect(exposedSecrets(await failureOf(client.getAccessToken()), ['the-device-key'])).toEqual([]);
  });

  it('is told from another by what it was made of, for tenants', () => {
    const made = [
      customGrant(type, { region: 'north' }),
      customGrant(type, { region: 'south' }),
      customGrant(`${type}2`, { region: 'north' }),
      customGrant(type, { region: 'north' }, { subjectParameter: 'user' }),
    ];
    expect(new Set(made.map(fingerprint)).size).toBe(4);
  });

  it.each([
    ['scope', 'scope'],
    ['audience', 'audience'],
    ['resource', 'resource'],
    ['authorization_details', 'authorizationDetails'],
    ['client_id', 'clientId'],
    ['client_secret', 'clientSecret'],
    ['client_assertion', 'clientAuthentication'],
    ['client_assertion_type', 'clientAuthentication'],
  ])('leaves %s to the protocol', (name, option) => {
    const message = `is the protocol's own; use the option ${option}`;
    expect(problemsOf(() => customGrant(type, { [name]: 'x' }))).toEqual([
      `customGrant(type, { ${name} }): ${message}`,
    ]);
    expect(problemsOf(() => customGrant(type, {}, { subjectParameter: name }))).toEqual([
      `customGrant(type, parameters, { subjectParameter }): ${name} ${message}`,
    ]);
  });

  it('may send what other grants say', () => {
    expect(problemsOf(() => customGrant(type, { username: 'ann' }, { subjectParameter: 'assertion' }))).toEqual([]);
  });

  it('is checked when it is made', () => {
    expect(problemsOf(() => customGrant(type, {}, { subjectParameter: 'grant_type' }))).toEqual([
      "customGrant(type, parameters, { subjectParameter }): grant_type is the protocol's own; use the first argument, type",
    ]);
    const rule = 'must be a text that is not empty, or a function that gives one (for example env(…))';
    expect(problemsOf(() => customGrant(''))).toEqual([
      'customGrant(type): must be the grant_type, a text that is not empty',
    ]);
    expect(problemsOf(() => customGrant(type, untyped({ grant_type: 'x', key: 7, region: '' })))).toEqual([
      "customGrant(type, { grant_type }): is the protocol's own; use the first argument, type",
      `customGrant(type, { key }): ${rule}`,
      `customGrant(type, { region }): ${rule}`,
    ]);
    expect(problemsOf(() => customGrant(type, untyped('x')))).toEqual([
      'customGrant(type, { … }): must be an object, not a text',
    ]);
    expect(problemsOf(() => customGrant(type, {}, untyped({ subjectParameter: 7, subjectParam: 'user' })))).toEqual([
      'customGrant(type, parameters, { subjectParameter }): must be a text that is not empty, not a number',
      'customGrant(type, parameters, { subjectParam }): is no option; did you mean subjectParameter?',
    ]);
  });
});
