import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { clientSecretJwt } from '../../src/client-authentication/client-secret-jwt.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { none } from '../../src/client-authentication/none.ts';
import { privateKeyJwt } from '../../src/client-authentication/private-key-jwt.ts';
import { tlsClientAuth } from '../../src/client-authentication/tls-client-auth.ts';
import { clientCredentials } from '../../src/grants/client-credentials.ts';
import { customGrant } from '../../src/grants/custom-grant.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { jwtBearer } from '../../src/grants/jwt-bearer.ts';
import { onBehalfOf } from '../../src/grants/on-behalf-of.ts';
import { password } from '../../src/grants/password.ts';
import { refreshToken } from '../../src/grants/refresh-token.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import type { OidcProviderServer } from '../servers/oidc-provider.ts';

/** How a client authenticates: options for it at this server. */
export interface Authentication {
  /** Whether it takes a server with TLS. */
  readonly tls?: true;
  options(server: OidcProviderServer): Partial<ClientOptions>;
}

/** What a grant needs to be tried. */
export interface GrantTrial {
  /** The grant; a refresh token is got by `signIn` first. */
  grant(server: OidcProviderServer, signIn: () => Promise<string>): Grant | Promise<Grant>;
  /** Whether it acts for a user, whose token the call brings. */
  readonly forUser?: true;
  /** The client authentications that make no sense with it, and why. */
  readonly senseless?: Readonly<Record<string, string>>;
}

function certificatesOf({ certificates }: OidcProviderServer) {
  if (certificates === undefined) throw new Error('the server was started without TLS');
  return certificates;
}

const ofKey = (name: 'rs256' | 'ps256' | 'es256' | 'eddsa'): Authentication => ({
  options: ({ clients: { [name]: client } }) => ({
    clientId: client.clientId,
    clientAuthentication: privateKeyJwt(client.privateKey, {
      keyId: client.kid,
      algorithm: client.alg === 'Ed25519' ? 'Ed25519' : client.alg,
    }),
  }),
});

export const authentications: Readonly<Record<string, Authentication>> = {
  clientSecretBasic: {
    options: ({ clients: { basic } }) => ({
      clientId: basic.clientId,
      clientAuthentication: clientSecretBasic(basic.clientSecret),
    }),
  },
  clientSecretPost: {
    options: ({ clients: { post } }) => ({
      clientId: post.clientId,
      clientAuthentication: clientSecretPost(async () => post.clientSecret),
    }),
  },
  clientSecretJwt: {
    options: ({ clients: { secretJwt } }) => ({
      clientId: secretJwt.clientId,
      clientAuthentication: clientSecretJwt(secretJwt.clientSecret),
    }),
  },
  'privateKeyJwt RS256': ofKey('rs256'),
  'privateKeyJwt PS256': ofKey('ps256'),
  'privateKeyJwt ES256': ofKey('es256'),
  'privateKeyJwt EdDSA': ofKey('eddsa'),
  tlsClientAuth: {
    tls: true,
    options: (server) => {
      const { ca, client } = certificatesOf(server);
      const certificate = { cert: client.cert, key: client.key, ca };
      return { clientId: server.clients.tls.clientId, clientAuthentication: tlsClientAuth(certificate) };
    },
  },
  'tlsClientAuth, self-signed': {
    tls: true,
    options: (server) => {
      const { ca, selfSigned } = certificatesOf(server);
      const certificate = async () => ({ cert: selfSigned.cert, key: selfSigned.key, ca });
      return { clientId: server.clients.selfSignedTls.clientId, clientAuthentication: tlsClientAuth(certificate) };
    },
  },
  none: {
    options: ({ clients }) => ({ clientId: clients.none.clientId, clientAuthentication: none() }),
  },
};

export const grants: Readonly<Record<string, GrantTrial>> = {
  clientCredentials: {
    grant: () => clientCredentials(),
    senseless: { none: 'a public client has no credentials to get a token for' },
  },
  password: { grant: ({ users: { ada } }) => password(ada) },
  refreshToken: { grant: async (_server, signIn) => refreshToken(await signIn()) },
  jwtBearer: {
    grant: ({ serviceAccount: { clientId, privateKey, kid } }) =>
      jwtBearer({ key: privateKey, keyId: kid, issuer: clientId }),
  },
  tokenExchange: { forUser: true, grant: () => tokenExchange() },
  onBehalfOf: {
    forUser: true,
    grant: () => onBehalfOf(),
    senseless: { none: 'the server must know who asks on behalf of the user' },
  },
  customGrant: {
    forUser: true,
    grant: () =>
      customGrant(
        'urn:ietf:params:oauth:grant-type:token-exchange',
        { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
        { subjectParameter: 'subject_token' },
      ),
  },
};
