import { describe, expect, it } from 'vitest';
import { onBehalfOf } from '../../src/grants/on-behalf-of.ts';
import { entraId } from '../../src/providers/entra-id.ts';
import { makeCertificates } from '../servers/certificates.ts';
import { authWith, form, readAssertion, startSystem, wireOf } from './system.ts';

const attachTo = ['https://graph.microsoft.com'];
const registered = { tenant: 'contoso.example', clientId: 'orders', resource: 'https://graph.microsoft.com', attachTo };
const least = { ...registered, clientSecret: 'a-secret' };
const path = '/contoso.example/oauth2/v2.0/token';

describe('entraId', () => {
  it.each([
    [undefined, 'https://login.microsoftonline.com'],
    ['login.microsoftonline.us', 'https://login.microsoftonline.us'],
    ['https://login.partner.microsoftonline.cn/', 'https://login.partner.microsoftonline.cn'],
  ])('gives the v2.0 endpoint at the authority %s', (authority, base) => {
    const { clientAuthentication, ...options } = entraId({ ...least, authority });
    expect(options).toEqual({
      tokenEndpoint: `${base}${path}`,
      clientId: 'orders',
      scope: 'https://graph.microsoft.com/.default',
      attachTo,
    });
    expect(clientAuthentication).toBeTypeOf('function');
  });

  it("keeps the resource's slash, and lets a scope go first", () => {
    expect(entraId({ ...least, resource: 'https://management.azure.com/' }).scope).toBe(
      'https://management.azure.com//.default',
    );
    expect(entraId({ ...least, scope: 'api://ledger/read' }).scope).toBe('api://ledger/read');
    expect(entraId({ ...least, resource: undefined, scope: 'api://ledger/read' }).scope).toBe('api://ledger/read');
  });

  it('sends the secret in the body', async () => {
    const system = await startSystem(path);
    await authWith(entraId({ ...least, authority: system.origin }))
      .client('it')
      .getAccessToken();
    expect(wireOf(system.tokenRequests[0])).toEqual({
      'content-type': form,
      body: {
        grant_type: 'client_credentials',
        client_id: 'orders',
        client_secret: 'a-secret',
        scope: 'https://graph.microsoft.com/.default',
      },
    });
  });

  it.each([
    [undefined, 'PS256'],
    ['RS256', 'RS256'],
  ] as const)('signs by a certificate that it names, algorithm %s', async (algorithm, alg) => {
    const { client } = await makeCertificates();
    const system = await startSystem(path);
    const certificate = { cert: client.cert, key: () => client.key, algorithm };
    await authWith(entraId({ ...registered, authority: system.origin, certificate }))
      .client('it')
      .getAccessToken();
    const [request] = system.tokenRequests;
    const { claims, header } = await readAssertion(request, 'client_assertion', client.key);
    expect(header).toEqual({ alg, typ: 'JWT', 'x5t#S256': client.thumbprint });
    expect(claims).toMatchObject({ iss: 'orders', sub: 'orders', aud: `${system.origin}${path}` });
    expect(request?.parameters.has('client_secret')).toBe(false);
  });

  it('calls on behalf of a user', async () => {
    const system = await startSystem(path);
    const auth = authWith(entraId({ ...least, authority: system.origin, grant: onBehalfOf() }));
    await auth.withSubjectToken('a-user-token', () => auth.client('it').getAccessToken());
    expect(wireOf(system.tokenRequests[0])).toEqual({
      'content-type': form,
      body: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: 'a-user-token',
        requested_token_use: 'on_behalf_of',
        client_id: 'orders',
        client_secret: 'a-secret',
        scope: 'https://graph.microsoft.com/.default',
      },
    });
  });
});
