import { exposedSecrets } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/comparable.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { startGranting } from './granting.ts';

const type = 'urn:ietf:params:oauth:grant-type:token-exchange';
const tokenType = (word: string) => `urn:ietf:params:oauth:token-type:${word}`;

describe('token exchange', () => {
  it('sends the subject token and its type, and nothing that is not said (RFC 8693 §2.1)', async () => {
    const { auth, server, client, bodies } = await startGranting(tokenExchange());
    const token = await auth.withSubjectToken('of-grace', () => client.getAccessToken());
    expect(token.value).toBe(server.issuedTokens[0]?.accessToken);
    expect(bodies()).toEqual([
      { grant_type: type, subject_token: 'of-grace', subject_token_type: tokenType('access_token') },
    ]);
    expect(server.requests[0]?.headers['authorization']).toMatch(/^Basic /);
  });

  it('sends every parameter for delegation, the client’s audience, resource and scope among them', async () => {
    const { server, client } = await startGranting(
      tokenExchange({
        subjectToken: () => 'of-grace',
        subjectTokenType: 'id_token',
        actorToken: 'of-the-service',
        actorTokenType: 'urn:example:token-type:own',
        requestedTokenType: 'jwt',
      }),
      { scope: 'read write', audience: ['ledger', 'billing'], resource: 'https://ledger.example/' },
    );
    await client.getAccessToken();
    expect([...(server.requests[0]?.parameters ?? [])].sort()).toEqual([
      ['actor_token', 'of-the-service'],
      ['actor_token_type', 'urn:example:token-type:own'],
      ['audience', 'billing'],
      ['audience', 'ledger'],
      ['grant_type', type],
      ['requested_token_type', tokenType('jwt')],
      ['resource', 'https://ledger.example/'],
      ['scope', 'read write'],
      ['subject_token', 'of-grace'],
      ['subject_token_type', tokenType('id_token')],
    ]);
  });

  it('calls an actor token an access token unless told otherwise', async () => {
    const { client, bodies } = await startGranting(tokenExchange({ subjectToken: 'of-grace', actorToken: () => 'x' }));
    await client.getAccessToken();
    expect(bodies()[0]).toMatchObject({ actor_token: 'x', actor_token_type: tokenType('access_token') });
  });

  it.each(['access_token', 'refresh_token', 'id_token', 'jwt', 'saml1', 'saml2'] as const)(
    'writes the token type %s in full',
    async (word) => {
      const options = { subjectToken: 'x', subjectTokenType: word, requestedTokenType: word };
      const { client, bodies } = await startGranting(tokenExchange(options));
      await client.getAccessToken();
      const uri = tokenType(word);
      expect(bodies()[0]).toMatchObject({ subject_token_type: uri, requested_token_type: uri });
    },
  );

  it('gives the service’s own token to nobody: without a subject token nothing is sent', async () => {
    const { server, auth, client } = await startGranting(tokenExchange());
    for (const call of [
      () => client.getAccessToken(),
      () => client.fetch(server.issuer),
      () => auth.fetch(server.issuer),
      () => auth.withSubjectToken(undefined, () => client.getAccessToken()),
      () => auth.withSubjectToken('', () => client.getAccessToken()),
      () => client.revoke(),
    ]) {
      const error = await failureOf(call());
      expect(error).toMatchObject({ code: 'subject_token_missing', status: 401, client: 'billing' });
      expect(error.message).toContain('use auth.withSubjectToken(token, work)');
    }
    expect(server.requests).toEqual([]);
  });

  it('names the function that gave no subject token', async () => {
    for (const subjectToken of [() => undefined, async () => undefined, () => '', () => untyped(null)]) {
      const { server, client } = await startGranting(tokenExchange({ subjectToken }));
      const error = await failureOf(client.getAccessToken());
      expect(error).toMatchObject({ code: 'subject_token_missing', status: 401 });
      expect(error.message).toContain('the function for its subject token gave none');
      expect(server.requests).toEqual([]);
    }
  });

  it.each(['invalid_grant', 'invalid_request', 'invalid_token', 'interaction_required'])(
    'E25 says %s to be about the subject token, with 401 and without the token',
    async (error) => {
      const { auth, server, client } = await startGranting(tokenExchange({ actorToken: 'of-the-service' }));
      server.respondOnce({ status: 400, body: { error, error_description: 'of-grace, of-the-service' } });
      const failure = await failureOf(auth.withSubjectToken('of-grace', () => client.getAccessToken()));
      expect(failure).toMatchObject({ code: 'subject_token_refused', status: 401, expose: false, server: { error } });
      expect(exposedSecrets(failure, ['of-grace', 'of-the-service'])).toEqual([]);
    },
  );

  it('does not blame the subject token when the client is refused', async () => {
    const { server, client } = await startGranting(tokenExchange({ subjectToken: 'of-grace' }));
    server.respondOnce({ status: 401, body: { error: 'invalid_client' } });
    expect(await failureOf(client.getAccessToken())).toMatchObject({ code: 'token_request_refused', status: 502 });
  });

  it('takes no refresh token for a session: the subject token is asked for each time', async () => {
    const { server, next, bodies } = await startGranting(tokenExchange({ subjectToken: 'of-grace' }));
    const body = { access_token: 'a-token', token_type: 'Bearer', expires_in: 60, refresh_token: 'not-ours' };
    server.respondWith(() => ({ body }));
    await next();
    await next();
    expect(bodies().map(({ subject_token }) => subject_token)).toEqual(['of-grace', 'of-grace']);
  });

  it('is told from another by what it was made of, for tenants', () => {
    expect(fingerprint(tokenExchange())).toBe(fingerprint(tokenExchange({})));
    expect(fingerprint(tokenExchange())).not.toBe(fingerprint(tokenExchange({ requestedTokenType: 'jwt' })));
  });

  it('lists every mistake in its options when it is made', () => {
    const words = 'access_token, refresh_token, id_token, jwt, saml1, saml2';
    const options = {
      subjectToken: '',
      actorToken: 7,
      subjectTokenType: 'accesstoken',
      actorTokenType: '',
      requestedTokenType: 7,
      requestedTokenTyp: 'jwt',
    };
    const source = 'must be a text that is not empty, or a function that gives one';
    expect(new Set(problemsOf(() => tokenExchange(untyped(options))))).toEqual(
      new Set([
        `tokenExchange({ actorTokenType }): must be ${words}, or another type’s URI`,
        `tokenExchange({ actorToken }): ${source}`,
        'tokenExchange({ requestedTokenTyp }): is no option; did you mean requestedTokenType?',
        `tokenExchange({ requestedTokenType }): must be ${words}, or another type’s URI`,
        `tokenExchange({ subjectTokenType }): must be ${words}, or another type’s URI`,
        `tokenExchange({ subjectToken }): ${source}; without it the served request’s is used`,
      ]),
    );
    expect(problemsOf(() => tokenExchange({ actorTokenType: 'jwt' }))).toEqual([
      'tokenExchange({ actorTokenType }): stands without an actorToken; give that too, or leave it out',
    ]);
    expect(problemsOf(() => tokenExchange(untyped(null)))).toEqual([
      'tokenExchange({ … }): must be an object, not null',
    ]);
  });
});
