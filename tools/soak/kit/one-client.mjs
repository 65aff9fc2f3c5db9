/** The scene of most runs: one client, one API. `client` goes over what is said here, `auth` over the options beside. */
export function open({ tokenEndpoint, api, client = {}, auth: more = {} }) {
  const options = {
    clients: {
      billing: {
        tokenEndpoint,
        clientId: 'soak',
        clientSecret: 'a secret of the soak',
        attachTo: [new URL(api).origin],
        ...client,
      },
    },
    ...more,
  };
  return {
    options,
    call: (auth) => auth.fetch(api),
    peek: (auth) => auth.client('billing').peekAccessToken(),
  };
}
