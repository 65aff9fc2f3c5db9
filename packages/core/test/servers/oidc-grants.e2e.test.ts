import { decodeJwt } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { askForToken, type TokenAnswer, type TokenAsk } from './ask-for-token.ts';
import type { SecretClient } from './oidc/clients.ts';
import { startOidcProvider, type OidcProviderServer } from './oidc-provider.ts';

let server: OidcProviderServer;
beforeAll(async () => {
  server = await startOidcProvider({ resources: ['https://api.example', 'https://other.example'] });
});
afterAll(() => server.close());

const tokenExchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const jwtType = 'urn:ietf:params:oauth:token-type:jwt';
const refused = (error: string) => ({ status: 400, body: { error } });

function ask(grantType: string, params: Required<TokenAsk>['params']): Promise<TokenAnswer> {
  const { clientId, clientSecret } = server.clients.basic;
  return askForToken({ ...server, clientId, auth: oauth.ClientSecretBasic(clientSecret), grantType, params });
}

function text(answer: TokenAnswer, name: string): string {
  const value = answer.body[name];
  if (typeof value !== 'string') throw new TypeError(`No ${name} in ${JSON.stringify(answer.body)}`);
  return value;
}

async function signIn(more: Record<string, string> = {}): Promise<TokenAnswer> {
  return ask('password', { ...server.users.grace, ...more });
}

async function post(endpoint: string, client: SecretClient, params: Record<string, string>): Promise<Response> {
  const userinfo = [client.clientId, client.clientSecret].map(encodeURIComponent).join(':');
  const authorization = `Basic ${Buffer.from(userinfo).toString('base64')}`;
  return fetch(endpoint, { method: 'POST', headers: { authorization }, body: new URLSearchParams(params) });
}

async function introspect(token: string): Promise<unknown> {
  return (await post(server.introspectionEndpoint, server.clients.api, { token })).json();
}

describe('client credentials', () => {
  it('give a JWT for a resource, and for an audience', async () => {
    const [resource = ''] = server.resources;
    for (const target of [{ resource }, { audience: resource }]) {
      const answer = await ask('client_credentials', { ...target, scope: 'invoices:read' });
      expect(answer.body).toMatchObject({ expires_in: 60, scope: 'invoices:read' });
      expect(decodeJwt(text(answer, 'access_token'))).toMatchObject({
        iss: server.issuer,
        aud: resource,
        sub: server.clients.basic.clientId,
        client_id: server.clients.basic.clientId,
        scope: 'invoices:read',
      });
    }
  });

  it('are refused for a resource that nobody knows', async () => {
    const answer = await ask('client_credentials', { resource: 'https://nobody.example' });
    expect(answer).toMatchObject(refused('invalid_target'));
  });
});

describe('a password', () => {
  it('gives an access token and a refresh token', async () => {
    expect((await signIn({ scope: 'invoices:read' })).body).toMatchObject({
      access_token: expect.any(String) as string,
      refresh_token: expect.any(String) as string,
      expires_in: 60,
      scope: 'invoices:read',
    });
  });

  it('is refused when it is wrong, missing, or asks for a scope that nobody knows', async () => {
    expect(await signIn({ password: 'another' })).toMatchObject(refused('invalid_grant'));
    expect(await ask('password', { username: 'ada' })).toMatchObject(refused('invalid_request'));
    expect(await signIn({ scope: 'everything' })).toMatchObject(refused('invalid_scope'));
  });
});

describe('a refresh token', () => {
  const refresh = (answer: TokenAnswer) => ask('refresh_token', { refresh_token: text(answer, 'refresh_token') });

  it('gives another one each time, with the scope and resource it had', async () => {
    const [resource = ''] = server.resources;
    const second = await refresh(await signIn({ resource, scope: 'invoices:read' }));
    const third = await refresh(second);
    expect(third).toMatchObject({ status: 200, body: { scope: 'invoices:read' } });
    expect(text(third, 'refresh_token')).not.toBe(text(second, 'refresh_token'));
    expect(decodeJwt(text(third, 'access_token'))).toMatchObject({ aud: resource, sub: 'grace@navy.example' });
  });

  it('that is used twice takes its whole family with it', async () => {
    const first = await signIn();
    const second = await refresh(first);
    expect(await introspect(text(second, 'access_token'))).toMatchObject({ active: true });
    expect(await refresh(first)).toMatchObject(refused('invalid_grant'));
    expect(await refresh(second)).toMatchObject(refused('invalid_grant'));
    expect(await introspect(text(second, 'access_token'))).toMatchObject({ active: false });
  });

  it('is nothing for another client', async () => {
    const { clientId, clientSecret } = server.clients.post;
    const params = { refresh_token: text(await signIn(), 'refresh_token') };
    const auth = oauth.ClientSecretPost(clientSecret);
    const answer = await askForToken({ ...server, clientId, auth, grantType: 'refresh_token', params });
    expect(answer).toMatchObject(refused('invalid_grant'));
  });

  it('is nothing after its revocation (RFC 7009)', async () => {
    const answer = await signIn();
    const token = text(answer, 'refresh_token');
    expect(await post(server.revocationEndpoint, server.clients.basic, { token })).toMatchObject({ status: 200 });
    expect(await refresh(answer)).toMatchObject(refused('invalid_grant'));
  });

  it('goes with its access token', async () => {
    const answer = await signIn();
    await post(server.revocationEndpoint, server.clients.basic, { token: text(answer, 'access_token') });
    expect(await refresh(answer)).toMatchObject(refused('invalid_grant'));
  });
});

/** Another provider's token, signed by the same key. */
async function tokenOfAnother(): Promise<string> {
  const other = await startOidcProvider();
  onTestFinished(() => other.close());
  const params = { resource: 'https://api.example' };
  return text(await askForToken({ ...other, clientId: other.clients.none.clientId, params }), 'access_token');
}

describe('token exchange', () => {
  it('gives a token of the same user for another audience', async () => {
    const [audience = ''] = server.resources;
    const minted = { subject_token: await server.mintSubjectToken('ada'), subject_token_type: jwtType };
    const own = { subject_token: text(await signIn(), 'access_token'), subject_token_type: accessTokenType };
    for (const [subject, sub] of [
      [minted, 'ada'],
      [own, 'grace@navy.example'],
    ] as const) {
      const answer = await ask(tokenExchange, {
        ...subject,
        audience,
        scope: 'invoices:read',
        requested_token_type: jwtType,
      });
      expect(answer.body).toMatchObject({ issued_token_type: jwtType, token_type: 'Bearer', scope: 'invoices:read' });
      const claims = decodeJwt(text(answer, 'access_token'));
      expect(claims).toMatchObject({ sub, aud: audience });
      expect(claims).not.toHaveProperty('act');
    }
  });

  it('names who acts, around those who acted before', async () => {
    const [resource = ''] = server.resources;
    const delegate = async (subject_token: string, actor: string): Promise<string> => {
      const actor_token = await server.mintSubjectToken(actor);
      const types = { subject_token_type: accessTokenType, actor_token_type: accessTokenType };
      const answer = await ask(tokenExchange, { resource, subject_token, actor_token, ...types });
      expect(answer.body).toMatchObject({ issued_token_type: accessTokenType });
      return text(answer, 'access_token');
    };
    const once = await delegate(await server.mintSubjectToken('ada'), 'orders');
    expect(decodeJwt(once)).toMatchObject({ sub: 'ada', act: { sub: 'orders' } });
    expect(decodeJwt(await delegate(once, 'billing'))).toMatchObject({
      sub: 'ada',
      act: { sub: 'billing', act: { sub: 'orders' } },
    });
  });

  it('is refused without what RFC 8693 requires, or with what it forbids', async () => {
    const subject_token = await server.mintSubjectToken('ada');
    const subject = { subject_token, subject_token_type: jwtType };
    const wrong: Record<string, string>[] = [
      { subject_token },
      { subject_token_type: jwtType },
      { ...subject, subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' },
      { ...subject, actor_token: subject_token },
      { ...subject, actor_token_type: jwtType },
      { ...subject, requested_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
      { ...subject, requested_token_type: jwtType },
      { ...subject, subject_token: text(await signIn(), 'access_token') },
    ];
    for (const params of wrong) expect(await ask(tokenExchange, params)).toMatchObject(refused('invalid_request'));
  });

  it('is refused for two targets at once', async () => {
    const subject: [string, string][] = [
      ['subject_token', await server.mintSubjectToken('ada')],
      ['subject_token_type', jwtType],
    ];
    const targets: [string, string][] = server.resources.map((resource) => ['resource', resource]);
    expect(await ask(tokenExchange, [...subject, ...targets])).toMatchObject(refused('invalid_target'));
  });

  it('is refused for a token that is old, for someone else, of another issuer, or made up', async () => {
    const wrong = [
      await server.mintSubjectToken('ada', { expiresIn: -1 }),
      await server.mintSubjectToken('ada', { aud: 'https://other.example' }),
      await server.mintSubjectToken('ada', { iss: 'https://other.example' }),
      await tokenOfAnother(),
      'made-up',
    ];
    for (const subject_token of wrong) {
      const params = { subject_token, subject_token_type: accessTokenType };
      expect(await ask(tokenExchange, params)).toMatchObject(refused('invalid_grant'));
    }
  });
});

describe("a service account's assertion", () => {
  it('gives a token of the account, and of a user it may speak for', async () => {
    const [resource = ''] = server.resources;
    for (const sub of [server.serviceAccount.clientId, 'ada']) {
      const answer = await ask(jwtBearer, { assertion: await server.mintAssertion({ sub }), resource });
      expect(answer).toMatchObject({ status: 200 });
      expect(decodeJwt(text(answer, 'access_token'))).toMatchObject({ sub });
    }
  });

  it('is good once', async () => {
    const assertion = await server.mintAssertion();
    expect(await ask(jwtBearer, { assertion })).toMatchObject({ status: 200 });
    expect(await ask(jwtBearer, { assertion })).toMatchObject(refused('invalid_grant'));
  });

  it('is refused for another audience, of another issuer or user, old, without a jti, or signed by another key', async () => {
    const wrong = [
      await server.mintAssertion({ aud: 'https://other.example/token' }),
      await server.mintAssertion({ iss: 'other@project.example' }),
      await server.mintAssertion({ sub: 'nobody' }),
      await server.mintAssertion({ expiresIn: -1 }),
      await server.mintAssertion({ jti: undefined }),
      await server.mintSubjectToken('ada'),
    ];
    for (const assertion of wrong) expect(await ask(jwtBearer, { assertion })).toMatchObject(refused('invalid_grant'));
  });
});

describe('on behalf of a user', () => {
  const onBehalfOf = { requested_token_use: 'on_behalf_of' };

  it("gives a token for that user's token", async () => {
    const [resource = ''] = server.resources;
    const assertion = text(await signIn(), 'access_token');
    const answer = await ask(jwtBearer, { ...onBehalfOf, assertion, resource, scope: 'invoices:read offline_access' });
    expect(decodeJwt(text(answer, 'access_token'))).toMatchObject({ sub: 'grace@navy.example', aud: resource });
    expect(answer.body).toHaveProperty('refresh_token');
  });

  it('is the only use that may be asked for', async () => {
    const params = { requested_token_use: 'another', assertion: await server.mintAssertion() };
    expect(await ask(jwtBearer, params)).toMatchObject(refused('invalid_request'));
  });

  it("is refused for a client's own token, a made-up one, and a public client", async () => {
    const ofClient = text(await ask('client_credentials', {}), 'access_token');
    for (const assertion of [ofClient, 'made-up']) {
      expect(await ask(jwtBearer, { ...onBehalfOf, assertion })).toMatchObject(refused('invalid_grant'));
    }
    const params = { ...onBehalfOf, assertion: await server.mintSubjectToken('ada') };
    const answer = await askForToken({
      ...server,
      clientId: server.clients.none.clientId,
      grantType: jwtBearer,
      params,
    });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });
});
