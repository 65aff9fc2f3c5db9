import { expect } from 'vitest';
import { testExample } from './application.mjs';

testExample('express', {
  ownTests: /pass [1-9]/,
  lastRequest: ['/invoices/open'],
  end: { code: 0, signal: null },
  calls: async (origin, { server, api }) => {
    const user = { authorization: 'Bearer the-token-of-Ada', cookie: 'session=of-Ada' };
    expect(await (await fetch(`${origin}/ready`)).json()).toMatchObject({ token: 'valid' });
    const proxied = await fetch(`${origin}/billing/invoices`, { method: 'PUT', body: 'paid', headers: user });
    expect(proxied.status).toBe(200);
    const [seen] = api.requests;
    expect(seen).toMatchObject({ method: 'PUT', path: '/billing/invoices', body: 'paid' });
    expect(seen.headers).toMatchObject({ authorization: `Bearer ${server.issuedTokens[0].accessToken}` });
    expect(seen.headers).not.toHaveProperty('cookie');
    expect((await fetch(`${origin}/entries`, { headers: user })).status).toBe(200);
    expect(server.requests[1].parameters.get('subject_token')).toBe('the-token-of-Ada');
    expect((await fetch(`${origin}/entries`)).status).toBe(401);
  },
});
