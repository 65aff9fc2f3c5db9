export const client = { id: 'bench', secret: 'a-secret-of-the-bench' };

const authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;

/** What it takes at least to get a token: one request, and reading its answer. */
export async function requestToken({ tokenEndpoint, fetch = globalThis.fetch, headers }, parameters = {}) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...parameters });
  const response = await fetch(tokenEndpoint, { method: 'POST', headers: { authorization, ...headers }, body });
  if (!response.ok) throw new Error(`the token endpoint answered ${response.status}`);
  return response.json();
}
