import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { none } from '../../src/client-authentication/none.ts';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import { OptionsError } from '../../src/errors.ts';
import { onBehalfOf } from '../../src/grants/on-behalf-of.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import * as providers from '../../src/providers/index.ts';
import { untyped } from '../options/problems.ts';
import { makeCertificates } from '../servers/certificates.ts';

const { client } = await makeCertificates();
const ecKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const attachTo = ['https://api.example'];
const secret = 'a-secret-in-the-wrong-place';
const registered = { clientId: 'orders', clientSecret: 'a-secret' };
const account = { client_email: 'orders@x.example', private_key: client.key };

type Provider = (options: never) => ClientOptions;

/** Each provider with the least that it needs, all of it JSON. */
const all: Record<string, { provider: Provider; least: Readonly<Record<string, unknown>> }> = {
  auth0: { provider: providers.auth0, least: { ...registered, domain: 't.auth0.com', audience: 'a', attachTo } },
  cognito: { provider: providers.cognito, least: { ...registered, domain: 'pool', region: 'eu-west-1', attachTo } },
  empower: {
    provider: providers.empower,
    least: { ...registered, tokenEndpoint: 'https://auth.example/token', apiKey: 'a-key', attachTo },
  },
  empowerId: {
    provider: providers.empowerId,
    least: { ...registered, host: 'id.example', username: 'anna', password: 'a-word' },
  },
  entraId: {
    provider: providers.entraId,
    least: { ...registered, tenant: 'x.example', resource: 'api://a', attachTo },
  },
  googleServiceAccount: {
    provider: providers.googleServiceAccount,
    least: { credentials: account, scope: 'read', attachTo },
  },
  jwtPlatform: { provider: providers.jwtPlatform, least: { ...registered, base: 'https://platform.example' } },
  keycloak: { provider: providers.keycloak, least: { ...registered, base: 'id.example', realm: 'r', attachTo } },
  okta: { provider: providers.okta, least: { ...registered, domain: 'o.okta.com', attachTo } },
  salesforce: { provider: providers.salesforce, least: { clientId: 'k', username: 'a@b', key: client.key, attachTo } },
  usageEngine: { provider: providers.usageEngine, least: { ...registered, audience: 'https://api.example/' } },
};

function give(name: string, changes: object = {}): ClientOptions {
  const { provider, least } = all[name] ?? { provider: () => expect.unreachable(name), least: {} };
  return provider(untyped({ ...least, ...changes }));
}

/** The mistakes that a provider finds, one `path: message` each. */
function problemsOf(build: () => unknown): string[] {
  try {
    build();
    return [];
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    expect(error.message).not.toContain(secret);
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

it('are all here', () => {
  expect(Object.keys(all).sort()).toEqual(Object.keys(providers).sort());
});

describe.each(Object.keys(all))('%s', (name) => {
  const { least = {}, provider } = all[name] ?? {};

  it('gives what createOutboundAuth takes', () => {
    expect(() => createOutboundAuth({ clients: { it: give(name) } })).not.toThrow();
  });

  it('leaves its options as they are, and shares none of them with another call', () => {
    const before = structuredClone(least);
    const options = Object.freeze({ ...least, headers: Object.freeze({ 'x-a': '1' }) });
    expect(provider?.(untyped(options)).headers).toMatchObject({ 'x-a': '1' });
    expect(least).toEqual(before);
    expect(give(name)).not.toBe(give(name));
    expect(Object.keys(give(name).headers ?? {})).not.toContain('x-a');
  });

  it('gives functions for its grant and client authentication alone; all else is JSON', () => {
    const { grant, clientAuthentication, ...options } = give(name);
    expect(JSON.parse(JSON.stringify(options))).toEqual(options);
    expect(JSON.stringify(options)).not.toContain('null');
  });

  it('lets all further options go first', () => {
    const further = {
      scope: 'read write',
      requestTimeout: 9,
      defaultLifetime: 77,
      dpop: true,
      renewal: 'foreground',
      proxy: 'http://proxy.example:3128',
      tokenRequestHeaders: { 'x-b': '2' },
      parameters: { tenant: 't' },
      revocationEndpoint: 'https://auth.example/revoke',
    };
    expect(give(name, further)).toMatchObject(further);
    expect(() => createOutboundAuth({ clients: { it: give(name, further) } })).not.toThrow();
  });

  it('refuses an option that neither it nor a client knows', () => {
    expect(problemsOf(() => give(name, { requestTimeuot: 9, zzzzzzzzzzzz: undefined }))).toEqual([
      `${name}({ requestTimeuot }): is no option; did you mean requestTimeout?`,
      `${name}({ zzzzzzzzzzzz }): is no option`,
    ]);
  });

  it('takes undefined for an option that is not given', () => {
    const optional = Object.keys({ scope: 0, headers: 0, parameters: 0, defaultLifetime: 0, grant: 0, dpop: 0 });
    const nothing = Object.fromEntries(optional.filter((key) => !(key in least)).map((key) => [key, undefined]));
    expect(Object.keys(give(name, nothing))).toEqual(Object.keys(give(name)));
  });

  it('names each option that is missing', () => {
    for (const option of Object.keys(least)) {
      const [problem, ...others] = problemsOf(() => give(name, { [option]: undefined }));
      expect(problem).toMatch(`${name}({ ${option} }): is missing; `);
      expect(others).toEqual([]);
    }
  });

  it('names all of them in one error', () => {
    const options = problemsOf(() => provider?.(untyped({})));
    expect(options.length).toBeGreaterThan(1);
    for (const problem of options) expect(problem).toContain(`${name}({ `);
    for (const given of [undefined, null, 'text', []]) {
      expect(problemsOf(() => provider?.(untyped(given)))).toEqual([`${name}(options): must be an object`]);
    }
  });

  it('leaves headers that are none to createOutboundAuth, which refuses them', () => {
    const problems = problemsOf(() => createOutboundAuth({ clients: { it: give(name, { headers: secret }) } }));
    expect(problems).toEqual(['clients.it.headers: must be an object, not a text']);
  });
});

describe('an address', () => {
  const hosts = [
    ['auth0', 'domain'],
    ['empowerId', 'host'],
    ['entraId', 'authority'],
    ['okta', 'domain'],
  ] as const;
  const bases = [
    ['jwtPlatform', 'base'],
    ['keycloak', 'base'],
    ['salesforce', 'loginUrl'],
  ] as const;

  it.each([...hosts, ...bases])('of %s({ %s }) is refused if it is none', (name, option) => {
    const wrong = {
      'two words.example': '',
      'ftp://id.example': ': it may begin with https://, and with no other scheme',
      [`https://anna:${secret}@id.example`]: ', without user info (user:password@)',
      'id.example?tenant=1': ', without a query or a fragment',
      'id.example#x': ', without a query or a fragment',
      '*.example.com': ', without a wildcard',
    };
    for (const [given, reason] of Object.entries(wrong)) {
      const [problem, ...others] = problemsOf(() => give(name, { [option]: given }));
      expect(problem?.startsWith(`${name}({ ${option} }): must be `)).toBe(true);
      expect(problem?.endsWith(reason)).toBe(true);
      expect(others).toEqual([]);
    }
    for (const given of ['', 7, null]) {
      expect(problemsOf(() => give(name, { [option]: given }))).toEqual([
        expect.stringContaining(`${name}({ ${option} }): must be a text that is not empty`),
      ]);
    }
  });

  it.each(hosts)('of %s({ %s }) has no path', (name, option) => {
    expect(problemsOf(() => give(name, { [option]: 'https://id.example/my-tenant' }))).toEqual([
      expect.stringMatching(/must be a host, such as \S+, without a path$/),
    ]);
  });
});

describe('an option of a client that the provider settles', () => {
  const given: Record<string, unknown> = {
    attachTo,
    clientAuthentication: none(),
    clientId: 'orders',
    clientSecret: secret,
    grant: onBehalfOf(),
    issuer: 'https://idp.example',
    tokenEndpoint: 'https://idp.example/token',
    tokenRequestFormat: 'json',
  };
  const always = ['issuer', 'tokenRequestFormat'];
  const byOneWay = ['clientAuthentication', 'grant', ...always];
  const byKey = ['clientAuthentication', 'clientSecret', 'grant', ...always, 'tokenEndpoint'];
  const settled: Record<string, readonly string[]> = {
    auth0: [...always, 'tokenEndpoint'],
    cognito: [...byOneWay, 'tokenEndpoint'],
    empower: ['grant', ...always],
    empowerId: [...byOneWay, 'tokenEndpoint'],
    entraId: [...always, 'tokenEndpoint'],
    googleServiceAccount: ['clientId', ...byKey],
    jwtPlatform: [...byOneWay, 'tokenEndpoint'],
    keycloak: [...always, 'tokenEndpoint'],
    okta: [...always, 'tokenEndpoint'],
    salesforce: byKey,
    usageEngine: byOneWay,
  };

  it.each(Object.keys(all))('of %s is refused, with a word why', (name) => {
    const refused = Object.entries(given).flatMap(([option, value]) => {
      const changes = option === 'clientAuthentication' ? { clientSecret: undefined } : {};
      const problems = problemsOf(() => give(name, { ...changes, [option]: value }));
      return problems.some((problem) => problem.startsWith(`${name}({ ${option} }): is settled by ${name}(): `))
        ? [option]
        : problems.filter((problem) => problem.includes(`{ ${option} }`));
    });
    expect(refused.sort()).toEqual([...(settled[name] ?? [])].sort());
  });

  it('is told from one that is misspelt', () => {
    expect(problemsOf(() => give('empower', { grant: onBehalfOf() }))).toEqual([
      'empower({ grant }): is settled by empower(): its tokens are got in one way; leave it out, or write the client without a provider',
    ]);
  });
});

describe('a misspelt option', () => {
  it.each([
    ['empower', 'apiKey', 'apikey'],
    ['googleServiceAccount', 'scope', 'scopes'],
    ['empowerId', 'redirectUri', 'redirectURI'],
    ['okta', 'authorizationServer', 'authorisationServer'],
    ['okta', 'attachTo', 'attachto'],
    ['keycloak', 'grant', 'grants'],
  ])('of %s is refused with the one that is meant: %s', (name, option, misspelt) => {
    const problems = problemsOf(() => give(name, { [misspelt]: 'x', [option]: undefined }));
    expect(problems).toContain(`${name}({ ${misspelt} }): is no option; did you mean ${option}?`);
  });
});

describe('a header', () => {
  it('goes before the provider’s own by its name, whose case does not count', () => {
    const options = give('empower', {
      apiKeyOnTokenRequest: true,
      headers: { 'X-API-Key': 'b-key', 'x-a': '1' },
      tokenRequestHeaders: { 'X-Api-Key': 'c-key' },
    });
    expect(options.headers).toEqual({ 'X-API-Key': 'b-key', 'x-a': '1' });
    expect(options.tokenRequestHeaders).toEqual({ 'X-Api-Key': 'c-key' });
    expect(() => createOutboundAuth({ clients: { it: options } })).not.toThrow();
  });

  it('that the user gives twice is still refused', () => {
    const options = give('empower', { headers: { 'X-A': '1', 'x-a': '2' } });
    expect(() => createOutboundAuth({ clients: { it: options } })).toThrow('stands there twice');
  });
});

describe('a wrong option', () => {
  it.each<[string, object, string]>([
    ['auth0', { clientSecret: '' }, 'auth0({ clientSecret }): must be a text that is not empty, or a function'],
    ['auth0', { clientAuthentication: () => undefined }, 'auth0({ clientAuthentication }): stands beside clientSecret'],
    ['cognito', { region: 'Europe' }, 'cognito({ region }): must be the code of an AWS region, such as eu-west-1'],
    ['cognito', { domain: 'auth.example.com' }, 'cognito({ region }): stands beside a whole host; leave it out'],
    ['cognito', { domain: 'a b' }, 'cognito({ domain }): must be a host, such as auth.example.com'],
    ['empower', { apiKey: 7 }, 'empower({ apiKey }): must be a text that is not empty, or a function'],
    ['empower', { apiKeyOnTokenRequest: 'yes' }, 'empower({ apiKeyOnTokenRequest }): must be true or false'],
    ['empower', { clientId: 7 }, 'empower({ clientId }): must be a text that is not empty'],
    ['empowerId', { username: `anna:${secret}` }, 'empowerId({ username }): holds a colon'],
    ['empowerId', { password: '' }, 'empowerId({ password }): must be a text that is not empty, or a function'],
    ['empowerId', { apiKey: null }, 'empowerId({ apiKey }): must be a text that is not empty, or a function'],
    ['empowerId', { redirectUri: 7 }, 'empowerId({ redirectUri }): must be a text that is not empty'],
    ['empowerId', { format: 'xml' }, "empowerId({ format }): must be 'form' or 'json'"],
    ['entraId', { tenant: 'common' }, "entraId({ tenant }): must be one tenant: 'common' is for users who sign in"],
    ['entraId', { tenant: 'https://x.example' }, "entraId({ tenant }): must be the tenant's id or one of its domains"],
    [
      'entraId',
      { resource: 'https://graph.microsoft.com/.default' },
      'entraId({ resource }): ends with /.default; leave that out, for it is added',
    ],
    ['entraId', { resource: 7 }, 'entraId({ resource }): must be a text that is not empty, not a number'],
    ['entraId', { scope: 'api://a/read', resource: 7 }, 'entraId({ resource }): must be a text that is not empty'],
    ['entraId', { certificate: {} }, 'entraId({ certificate }): stands beside clientSecret; give one of the two'],
    ['googleServiceAccount', { credentials: './key.json' }, 'googleServiceAccount({ credentials }): must be the JSON'],
    ['googleServiceAccount', { credentials: 7 }, 'googleServiceAccount({ credentials }): must be an object'],
    ['googleServiceAccount', { subject: '' }, 'googleServiceAccount({ subject }): must be a text that is not empty'],
    [
      'googleServiceAccount',
      { credentials: { ...account, type: 'authorized_user' } },
      "googleServiceAccount({ credentials.type }): must be 'service_account'",
    ],
    [
      'googleServiceAccount',
      { credentials: { ...account, private_key: secret } },
      'googleServiceAccount({ credentials.private_key }): must be a private key',
    ],
    [
      'googleServiceAccount',
      { credentials: { ...account, token_uri: 'ftp://x.example' } },
      'googleServiceAccount({ credentials.token_uri }): must be an address, such as https://oauth2.googleapis.com/token',
    ],
    [
      'googleServiceAccount',
      { credentials: { private_key: client.key } },
      'googleServiceAccount({ credentials.client_email }): is missing; give the whole',
    ],
    ['jwtPlatform', { encoding: 'utf8' }, "jwtPlatform({ encoding }): must be 'form' or 'raw'"],
    ['jwtPlatform', { clientSecret: 7 }, 'jwtPlatform({ clientSecret }): must be a text that is not empty, or'],
    [
      'keycloak',
      { realm: 'realms/orders' },
      "keycloak({ realm }): must be a name alone, without an address; give the realm's",
    ],
    ['keycloak', { realm: '..' }, 'keycloak({ realm }): must be a name alone'],
    [
      'okta',
      { authorizationServer: 'https://o.okta.com/oauth2/default' },
      'okta({ authorizationServer }): must be a name alone',
    ],
    ['okta', { authorizationServer: '' }, 'okta({ authorizationServer }): must be a text that is not empty'],
    ['salesforce', { key: ecKey }, 'salesforce({ key }): cannot sign by RS256'],
    ['salesforce', { audience: 7 }, 'salesforce({ audience }): must be a text that is not empty'],
    ['usageEngine', { audience: 'api.example' }, 'usageEngine({ audience }): must be the whole address'],
    ['usageEngine', { audience: 'api.example:443' }, 'usageEngine({ audience }): must be the whole address'],
    ['usageEngine', { audience: 'https://api.example/?x=1' }, 'usageEngine({ audience }): must be an address, such as'],
    ['usageEngine', { tokenEndpoint: 7 }, 'usageEngine({ tokenEndpoint }): must be a text that is not empty'],
  ])('of %s is named: %o', (name, changes, problem) => {
    const problems = problemsOf(() => give(name, changes));
    expect(problems).toHaveLength(name === 'entraId' && 'certificate' in changes ? 3 : 1);
    expect(problems[0]).toContain(problem);
  });

  it('of a certificate is named', () => {
    const { clientSecret: _, ...least } = all['entraId']?.least ?? {};
    const wrong = (certificate: unknown) => problemsOf(() => providers.entraId(untyped({ ...least, certificate })));
    expect(wrong({ cert: secret, key: client.key })).toEqual([
      'entraId({ certificate.cert }): must be a certificate, PEM or DER; or a function that gives one',
    ]);
    expect(wrong({ cert: client.cert, key: ecKey })).toEqual([
      expect.stringContaining('entraId({ certificate.key }): cannot sign by PS256'),
    ]);
    expect(wrong({ cert: client.cert, key: client.key, algorithm: 'ES256' })).toEqual([
      "entraId({ certificate.algorithm }): must be 'PS256' or 'RS256'",
    ]);
    expect(wrong({ cert: client.cert, key: client.key, algoritm: 'PS256' })).toEqual([
      'entraId({ certificate.algoritm }): is no option; did you mean algorithm?',
    ]);
    expect(wrong(client.cert)).toEqual(['entraId({ certificate }): must be an object, not a text']);
  });

  it('of a My Domain that is none is where tokens go', () => {
    for (const loginUrl of ['https://login.salesforce.com', 'https://my.salesforce.com.evil.example']) {
      expect(problemsOf(() => give('salesforce', { loginUrl, attachTo: undefined }))).toEqual([
        expect.stringContaining('salesforce({ attachTo }): is missing; '),
      ]);
    }
  });
});
