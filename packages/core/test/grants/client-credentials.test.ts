import { describe, expect, it } from 'vitest';
import { clientCredentials } from '../../src/grants/client-credentials.ts';
import { MemorySessions } from '../../src/grants/session-keeper.ts';
import { failureOf, plainRequest, startAsking } from '../token-endpoint/asking.ts';

describe('the client credentials grant', () => {
  it('asks its endpoint by its own type, with the request’s parameters and no others', async () => {
    const { server, endpoint } = await startAsking();
    const grant = clientCredentials();
    const token = await grant.connect(endpoint, new MemorySessions()).getToken({ ...plainRequest, scope: 'read' });
    expect(grant.type).toBe('client_credentials');
    expect(token.value).toBe(server.issuedTokens[0]?.accessToken);
    expect(server.requests[0]?.body).toBe('scope=read&grant_type=client_credentials');
  });

  it('hands on what goes wrong', async () => {
    const { server, endpoint } = await startAsking();
    server.respondOnce({ status: 400, body: { error: 'invalid_scope' } });
    const source = clientCredentials().connect(endpoint, new MemorySessions());
    const error = await failureOf(source.getToken(plainRequest));
    expect(error.server?.error).toBe('invalid_scope');
  });
});
