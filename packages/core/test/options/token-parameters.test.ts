import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OptionsError } from '../../src/errors.ts';
import type { TokenParameters } from '../../src/options/options.ts';
import { noParameters, readCallParameters, type RequestParameters } from '../../src/options/token-parameters.ts';
import { clientProblems, untyped } from './problems.ts';

const own: RequestParameters = {
  scope: 'read',
  audience: ['https://api.example/'],
  resource: ['urn:example:api'],
  authorizationDetails: undefined,
  parameters: [
    ['tenant', 'seven'],
    ['prompt', 'none'],
  ],
};

function callProblems(given: unknown): string[] {
  try {
    readCallParameters(untyped(given), own);
    return [];
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('a call', () => {
  it('that gives nothing has the parameters of its client', () => {
    expect(readCallParameters({}, own)).toEqual(own);
  });

  it.each<[TokenParameters, Partial<RequestParameters>]>([
    [{ scope: 'write' }, { scope: 'write' }],
    [{ scope: ['a b', 'c'] }, { scope: 'a b c' }],
    [{ scope: [] }, { scope: undefined }],
    [{ audience: 'x' }, { audience: ['x'] }],
    [{ audience: ['x', 'y'] }, { audience: ['x', 'y'] }],
    [{ audience: [] }, { audience: [] }],
    [{ resource: 'https://api.example' }, { resource: ['https://api.example'] }],
    [{ parameters: {} }, {}],
  ])('with %j replaces that and keeps the rest', (given, replaced) => {
    expect(readCallParameters(given, own)).toEqual({ ...own, ...replaced });
  });

  it('lays its further parameters over those of the client, name by name', () => {
    const { parameters } = readCallParameters({ parameters: { tenant: ['8', '9'], prompt: [], new: 'x' } }, own);
    expect(parameters).toEqual([
      ['tenant', '8'],
      ['tenant', '9'],
      ['new', 'x'],
    ]);
  });

  it('keeps the text of an audience to the letter', () => {
    expect(readCallParameters({ audience: 'https://API.example:443/' }, own).audience).toEqual([
      'https://API.example:443/',
    ]);
  });

  it('names each scope once, however it is spaced', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c', ' ', '  b  a ')), (scope) => {
        const names = scope
          .join(' ')
          .split(' ')
          .filter((name) => name !== '');
        const expected = names.length === 0 ? undefined : [...new Set(names)].join(' ');
        expect(readCallParameters({ scope }, noParameters).scope).toBe(expected);
        expect(readCallParameters({ scope: [scope.join(' ') || ' '] }, noParameters).scope).toBe(expected);
      }),
    );
  });

  it('is refused with its mistakes, each with its path', () => {
    const given = { scope: 7, audience: ['x', ''], resource: ['x', '', 'urn:a', 'urn:a#b'], parameters: { a: null } };
    expect(callProblems(given)).toEqual([
      'scope: must be a text or a list of texts, not a number',
      'resource[1]: must be a text, not an empty text',
      'resource[0]: must be an absolute URI without a fragment (RFC 8707)',
      'resource[3]: must be an absolute URI without a fragment (RFC 8707)',
      'audience[1]: must be a text, not an empty text',
      'parameters.a: must be a text or a list of texts, not null',
    ]);
    expect(callProblems({ resource: 'api' })).toEqual([
      'resource: must be an absolute URI without a fragment (RFC 8707)',
    ]);
    const rule = 'token parameters: must be an object such as { scope: … }, not';
    expect(callProblems(untyped('invoices:read'))).toEqual([`${rule} a text`]);
    expect(callProblems(untyped(['invoices:read', 'invoices:write']))).toEqual([`${rule} a list`]);
    expect(callProblems({ scopes: 'x' })).toEqual(['scopes: is no option; did you mean scope?']);
    expect(callProblems({ parameters: 'a=b' })).toEqual(['parameters: must be an object, not a text']);
  });
});

describe('a parameter of the protocol itself', () => {
  it.each([
    ['scope', 'scope'],
    ['audience', 'audience'],
    ['resource', 'resource'],
    ['authorization_details', 'authorizationDetails'],
    ['grant_type', 'grant'],
    ['client_id', 'clientId'],
    ['client_secret', 'clientSecret'],
    ['client_assertion', 'clientAuthentication'],
    ['client_assertion_type', 'clientAuthentication'],
  ])('%s is no further parameter', (name, option) => {
    const problem = `parameters.${name}: is the protocol's own; use the option ${option}`;
    expect(callProblems({ parameters: { [name]: 'x' } })).toEqual([problem]);
    expect(clientProblems({ parameters: { [name]: 'x' } })).toEqual([problem]);
  });

  it.each([
    ['assertion', 'jwtBearer({ … }) or onBehalfOf({ … })'],
    ['subject_token', 'tokenExchange({ … })'],
    ['subject_token_type', 'tokenExchange({ … })'],
    ['actor_token', 'tokenExchange({ … })'],
    ['actor_token_type', 'tokenExchange({ … })'],
    ['requested_token_type', 'tokenExchange({ … })'],
    ['requested_token_use', 'onBehalfOf({ … })'],
    ['refresh_token', 'refreshToken(…)'],
    ['username', 'password({ … })'],
    ['password', 'password({ … })'],
  ])('%s is no further parameter either: a grant says it', (name, grant) => {
    const problem = `parameters.${name}: is a grant's own; use the option grant: ${grant}, or customGrant(type, { ${name}: … })`;
    expect(callProblems({ parameters: { [name]: 'x' } })).toEqual([problem]);
    expect(clientProblems({ parameters: { [name]: 'x' } })).toEqual([problem]);
  });
});

describe('authorization details', () => {
  const rule = 'authorizationDetails: must be a list of objects of JSON, each with a type (RFC 9396)';
  const detail = { type: 'payment', amount: 7, to: ['ann'], when: null };
  const withDetails = { ...own, authorizationDetails: JSON.stringify([{ type: 'account' }]) };

  it('are the JSON that is sent', () => {
    const read = readCallParameters({ authorizationDetails: [detail, { type: 'b' }] }, own);
    expect(read).toEqual({ ...own, authorizationDetails: JSON.stringify([detail, { type: 'b' }]) });
  });

  it('of a call replace the client’s, and an empty list leaves them out', () => {
    const read = (given: TokenParameters) => readCallParameters(given, withDetails).authorizationDetails;
    expect(read({})).toBe(withDetails.authorizationDetails);
    expect(read({ authorizationDetails: [detail] })).toBe(JSON.stringify([detail]));
    expect(read({ authorizationDetails: [] })).toBeUndefined();
  });

  const circle: Record<string, unknown> = { type: 'circle' };
  circle['self'] = circle;
  it.each([null, 'payment', { type: 'a' }, [{}], [{ type: '' }], [{ type: 7 }], ['a'], [null], [[]]])(
    'as %j are refused',
    (authorizationDetails) => {
      expect(callProblems({ authorizationDetails })).toEqual([rule]);
      expect(clientProblems({ authorizationDetails })).toEqual([rule]);
    },
  );

  it('that JSON cannot hold are refused', () => {
    for (const odd of [{ type: 'a', amount: 7n }, circle]) {
      expect(callProblems({ authorizationDetails: [odd] })).toEqual([rule]);
      expect(clientProblems({ authorizationDetails: [odd] })).toEqual([rule]);
    }
  });
});
