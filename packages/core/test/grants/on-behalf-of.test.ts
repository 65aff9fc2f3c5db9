import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../src/comparable.ts';
import { onBehalfOf } from '../../src/grants/on-behalf-of.ts';
import { untyped } from '../options/problems.ts';
import { problemsOf } from '../problems-of.ts';
import { failureOf } from '../token-endpoint/asking.ts';
import { startGranting } from './granting.ts';

const graph = { scope: 'https://graph.microsoft.com/.default' };

describe('on behalf of a user', () => {
  it('sends the user’s token as an assertion, in Microsoft’s form', async () => {
    const { auth, client, bodies } = await startGranting(onBehalfOf(), graph);
    await auth.withSubjectToken('of-grace', () => client.getAccessToken());
    expect(bodies()).toEqual([
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: 'of-grace',
        requested_token_use: 'on_behalf_of',
        scope: 'https://graph.microsoft.com/.default',
      },
    ]);
  });

  it('takes the user’s token from a text or a function too', async () => {
    for (const subjectToken of ['of-ada', () => 'of-ada', async () => 'of-ada']) {
      const { client, bodies } = await startGranting(onBehalfOf({ subjectToken }));
      await client.getAccessToken();
      expect(bodies()).toMatchObject([{ assertion: 'of-ada' }]);
    }
  });

  it('sends nothing without a user', async () => {
    const { server, client } = await startGranting(onBehalfOf());
    expect(await failureOf(client.getAccessToken())).toMatchObject({ code: 'subject_token_missing', status: 401 });
    expect(server.requests).toEqual([]);
  });

  it('calls a refused user’s token refused, with 401', async () => {
    const { server, client } = await startGranting(onBehalfOf({ subjectToken: 'of-grace' }));
    server.respondOnce({ status: 400, body: { error: 'interaction_required' } });
    expect(await failureOf(client.getAccessToken())).toMatchObject({ code: 'subject_token_refused', status: 401 });
  });

  it('is told from another by what it was made of, for tenants', () => {
    expect(fingerprint(onBehalfOf())).not.toBe(fingerprint(onBehalfOf({ subjectToken: 'of-grace' })));
  });

  it('is checked when it is made', () => {
    const source =
      'must be a text that is not empty, or a function that gives one; without it the served request’s is used';
    expect(problemsOf(() => onBehalfOf(untyped({ subjectToken: {}, subjectTokn: 'x' })))).toEqual([
      `onBehalfOf({ subjectToken }): ${source}`,
      'onBehalfOf({ subjectTokn }): is no option; did you mean subjectToken?',
    ]);
    expect(problemsOf(() => onBehalfOf({ subjectToken: 'Bearer of-grace' }))).toEqual([
      'onBehalfOf({ subjectToken }): holds white space; give the token alone, without "Bearer " or a line break',
    ]);
  });
});
