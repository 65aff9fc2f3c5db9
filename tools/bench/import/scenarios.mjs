/**
 * What a process does with core before one looks at what it has loaded: one entry each. `loads` is all that it has a
 * reason to load of what is watched. `run` gets core and `issuer` and `tokenEndpoint` of an authorization server on
 * loopback that welcomes every client; it is run in the process that is looked at, so this file imports nothing.
 */
export const scenarios = {
  'on import': {
    loads: ['oauth4webapi'],
    run: () => {},
  },
  'after a token by clientSecret': {
    loads: ['oauth4webapi'],
    run: ({ createOutboundAuth }, { tokenEndpoint }) =>
      takeToken(createOutboundAuth, { tokenEndpoint, clientSecret: 'a secret' }),
  },
  'the same with discovery': {
    loads: ['oauth4webapi'],
    run: ({ createOutboundAuth }, { issuer }) => takeToken(createOutboundAuth, { issuer, clientSecret: 'a secret' }),
  },
  'after a token by clientSecretJwt': {
    loads: ['oauth4webapi', 'jose'],
    run: ({ createOutboundAuth, clientSecretJwt }, { tokenEndpoint }) =>
      takeToken(createOutboundAuth, { tokenEndpoint, clientAuthentication: clientSecretJwt('a secret') }),
  },
  'after a token with DPoP': {
    loads: ['oauth4webapi', 'jose', 'core: DPoP'],
    run: ({ createOutboundAuth }, { tokenEndpoint }) =>
      takeToken(createOutboundAuth, { tokenEndpoint, clientSecret: 'a secret', dpop: { allowBearer: true } }),
  },
  'after a token where proxies are looked for': {
    loads: ['oauth4webapi', 'undici', 'core: mTLS and proxies'],
    run: ({ createOutboundAuth }, { tokenEndpoint }) => {
      // Named, and used for nothing.
      Object.assign(process.env, { HTTP_PROXY: 'http://127.0.0.1:9', NO_PROXY: '*' });
      return takeToken(createOutboundAuth, { tokenEndpoint, clientSecret: 'a secret', proxy: 'environment' });
    },
  },
};

async function takeToken(createOutboundAuth, options) {
  const client = { clientId: 'bench', attachTo: ['https://api.example'], ...options };
  const auth = createOutboundAuth({ clients: { bench: client } });
  await auth.client('bench').getAccessToken();
  await auth.close();
}
