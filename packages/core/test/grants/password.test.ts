import { exposedSecrets } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { fingerprint } from '../../src/comparable.ts';
import { password, type PasswordOptions } from '../../src/grants/password.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { clientSecret, giveRefreshTokens, startGranting } from './granting.ts';

const word = 'pass:word + %41 é';
const grace: PasswordOptions = { username: 'grace@navy.example', password: word };
const post = { clientAuthentication: clientSecretPost(clientSecret) };

describe('the password grant', () => {
  it('sends name and password in the body, beside the client’s parameters and authentication', async () => {
    const { server, client, bodies } = await startGranting(password(grace), { scope: 'read', audience: 'https://api' });
    expect((await client.getAccessToken()).value).toBe(server.issuedTokens[0]?.accessToken);
    expect(bodies()).toEqual([
      {
        grant_type: 'password',
        username: 'grace@navy.example',
        password: word,
        scope: 'read',
        audience: 'https://api',
      },
    ]);
    expect(server.requests[0]?.headers['authorization']).toBe(`Basic ${btoa(`orders:${clientSecret}`)}`);
  });

  it('puts the person into the Authorization header when told so, and the client into the body', async () => {
    const { server, client, bodies } = await startGranting(password({ ...grace, sendAs: 'basic' }), post);
    await client.getAccessToken();
    expect(bodies()).toEqual([{ grant_type: 'password', client_id: 'orders', client_secret: clientSecret }]);
    const [scheme = '', credentials = ''] = server.requests[0]?.headers['authorization']?.split(' ') ?? [];
    expect(scheme).toBe('Basic');
    expect(Buffer.from(credentials, 'base64').toString()).toBe(`grace@navy.example:${word}`);
  });

  it('says what to do when the client wants the same header, and sends nothing', async () => {
    const clientAuthentication = clientSecretBasic(clientSecret);
    const { server, client } = await startGranting(password({ ...grace, sendAs: 'basic' }), { clientAuthentication });
    const error = await failureOf(client.getAccessToken());
    expect(error.code).toBe('credential_unavailable');
    expect(error.message).toContain('the grant has taken the Authorization header; use clientSecretPost()');
    expect(exposedSecrets(error, [word, clientSecret])).toEqual([]);
    expect(server.requests).toEqual([]);
  });

  it('asks functions for name and password, the password only when it is sent', async () => {
    const asked: string[] = [];
    const note = (what: string, text: string) => () => {
      asked.push(what);
      return Promise.resolve(text);
    };
    const grant = password({ username: note('name', 'grace'), password: note('password', word) });
    const { client, bodies } = await startGranting(grant);
    await client.getAccessToken();
    await client.getAccessToken();
    expect(asked).toEqual(['name', 'password', 'name']);
    expect(bodies()).toMatchObject([{ username: 'grace', password: word }]);
  });

  it('E10 keeps the tokens of two names apart, and one name’s through a change of its password', async () => {
    let name = 'grace';
    let present = 'first-password';
    const { client, bodies } = await startGranting(password({ username: () => name, password: () => present }));
    const ofGrace = await client.getAccessToken();
    name = 'ada';
    const ofAda = await client.getAccessToken();
    name = 'grace';
    present = 'second-password';
    expect(await client.getAccessToken()).toBe(ofGrace);
    expect(ofAda.value).not.toBe(ofGrace.value);
    expect(bodies().map(({ username }) => username)).toEqual(['grace', 'ada']);
  });

  it.each([undefined, '', 7])('calls a name that comes as %j unreadable, and blames no caller for it', async (name) => {
    for (const username of [() => untyped(name), async () => untyped(name)]) {
      const { server, client } = await startGranting(password({ username, password: word }));
      const error = await failureOf(client.getAccessToken());
      expect(error).toMatchObject({ code: 'credential_unavailable', status: 502 });
      expect(error.message).toContain('the username came empty, or not as a text');
      expect(server.requests).toEqual([]);
    }
  });

  it('does not send a name with a colon by HTTP Basic, which would be another name', async () => {
    const options: PasswordOptions = { username: 'urn:grace', password: word, sendAs: 'basic' };
    const problem = "holds a colon, which HTTP Basic cannot say; use sendAs: 'body'";
    expect(problemsOf(() => password(options))).toEqual([`password({ username }): ${problem}`]);
    const { server, client } = await startGranting(password({ ...options, username: () => 'urn:grace' }), post);
    expect((await failureOf(client.getAccessToken())).message).toContain(`the username ${problem}`);
    expect(server.requests).toEqual([]);
    expect(problemsOf(() => password({ ...options, sendAs: 'body' }))).toEqual([]);
  });

  it('hides the password that a server echoes', async () => {
    const { server, client } = await startGranting(password(grace));
    server.respondOnce({ status: 400, body: { error: 'invalid_grant', error_description: `not ${word}` } });
    const error = await failureOf(client.getAccessToken());
    expect(error).toMatchObject({ code: 'token_request_refused', server: { error: 'invalid_grant' } });
    expect(exposedSecrets(error, [word])).toEqual([]);
  });

  it('keeps a session for each set of parameters, as a refresh token may not be good for another', async () => {
    const { server, next } = await startGranting(password(grace));
    const { asked } = giveRefreshTokens(server, true);
    await next({ scope: 'read' });
    await next({ scope: 'write' });
    await next({ scope: 'read' });
    expect(asked).toEqual(['password', 'password', 'refresh_token refresh-1']);
  });

  it('is told from another by what it was made of, for tenants', () => {
    expect(fingerprint(password(grace))).toBe(fingerprint(password({ ...grace })));
    expect(fingerprint(password(grace))).not.toBe(fingerprint(password({ ...grace, password: 'another' })));
  });

  it('lists every mistake in its options when it is made', () => {
    expect(problemsOf(() => password(untyped({ usrname: 'grace', password: '', sendAs: 'header' })))).toEqual([
      "password({ sendAs }): must be 'body' or 'basic'",
      'password({ username }): is missing; give the name of the person',
      'password({ password }): must be a text that is not empty, or a function that gives one (for example env(…))',
      'password({ usrname }): is no option; did you mean username?',
    ]);
    expect(problemsOf(() => password(untyped('grace')))).toEqual(['password({ … }): must be an object, not a text']);
    expect(problemsOf(() => password(untyped(undefined)))).toEqual([
      'password({ … }): must be an object, not undefined',
    ]);
  });
});
