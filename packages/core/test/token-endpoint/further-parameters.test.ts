import { manualClock, type RecordedRequest, startAuthorizationServer } from '@outbound-auth/testing';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientSecretBasic } from '../../src/client-authentication/client-secret-basic.ts';
import { clientSecretJwt } from '../../src/client-authentication/client-secret-jwt.ts';
import { clientSecretPost } from '../../src/client-authentication/client-secret-post.ts';
import { createOutboundAuth } from '../../src/create-outbound-auth.ts';
import { OptionsError } from '../../src/errors.ts';
import { clientCredentials } from '../../src/grants/client-credentials.ts';
import { customGrant } from '../../src/grants/custom-grant.ts';
import { jwtBearer } from '../../src/grants/jwt-bearer.ts';
import { onBehalfOf } from '../../src/grants/on-behalf-of.ts';
import { password } from '../../src/grants/password.ts';
import { refreshToken } from '../../src/grants/refresh-token.ts';
import { tokenExchange } from '../../src/grants/token-exchange.ts';
import type { TokenParameters } from '../../src/options/options.ts';
import { anyText } from '../any-text.ts';

const grants = {
  clientCredentials: clientCredentials(),
  password: password({ username: 'ann', password: 'her-password' }),
  refreshToken: refreshToken('the-refresh-token'),
  jwtBearer: jwtBearer({ assertion: 'the-assertion' }),
  onBehalfOf: onBehalfOf({ subjectToken: 'the-subject-token' }),
  tokenExchange: tokenExchange({ subjectToken: 'the-subject-token', actorToken: 'the-actor-token' }),
  customGrant: customGrant('urn:example:grant', { device_code: 'the-code' }),
};

const authentications = {
  post: clientSecretPost('a-secret'),
  basic: clientSecretBasic('a-secret'),
  jwt: clientSecretJwt('a-secret-of-32-characters-at-least'),
};

// Different in each request, as it must be.
const unstable = new Set(['client_assertion']);

describe.each(Object.entries(grants))('further parameters beside %s', (_grant, grant) => {
  // All three with one grant, one with all others: each pair would say the same again.
  const tried = Object.entries(authentications).slice(0, grant === grants.clientCredentials ? 3 : 1);
  it.each(tried)(
    'and client authentication by %s never change what those and the protocol say',
    async (_authentication, clientAuthentication) => {
      const server = await startAuthorizationServer();
      onTestFinished(() => server.close());
      const sent = async (own: TokenParameters, call: TokenParameters): Promise<RecordedRequest> => {
        const { tokenEndpoint } = server;
        const said = {
          scope: 'read',
          audience: ['one', 'two'],
          resource: 'urn:a',
          authorizationDetails: [{ type: 't' }],
        };
        const attachTo = ['https://api.example'];
        const billing = { tokenEndpoint, clientId: 'orders', clientAuthentication, grant, attachTo, ...said, ...own };
        await using auth = createOutboundAuth({ clients: { billing }, clock: manualClock() });
        await auth.client('billing').getAccessToken(call);
        const request = server.requests.at(-1);
        if (request === undefined) throw new Error('nothing was sent');
        return request;
      };
      const plain = await sent({}, {});
      const names = [...new Set(plain.parameters.keys())];
      const name = fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(...names) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('client_id', 'client_secret', 'client_assertion', 'code', '__proto__'),
        },
        { weight: 1, arbitrary: anyText({ minLength: 1, maxLength: 5 }) },
      );
      const value = fc.oneof(
        fc.constantFrom<string | string[]>('forged', 'a-secret', 'orders'),
        fc.array(fc.constant('forged'), { minLength: 1, maxLength: 3 }),
      );
      const parameters = fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true });
      let refused = 0;
      let taken = 0;
      const runs = fc.asyncProperty(parameters, fc.boolean(), async (given, perCall) => {
        try {
          const request = await (perCall ? sent({}, { parameters: given }) : sent({ parameters: given }, {}));
          for (const known of names) {
            const [before, now] = [plain.parameters.getAll(known), request.parameters.getAll(known)];
            if (unstable.has(known)) expect(now).toHaveLength(1);
            else expect(now).toEqual(before);
          }
          for (const own of ['client_id', 'client_secret', 'client_assertion']) {
            expect(request.parameters.has(own)).toBe(plain.parameters.has(own));
          }
          expect(request.headers['authorization']).toBe(plain.headers['authorization']);
          taken += 1;
        } catch (error) {
          if (!(error instanceof OptionsError)) throw error;
          expect(error.message).toMatch(/parameters\.\w+: is (?:the protocol's|a grant's) own; use the option \w+/);
          refused += 1;
        }
      });
      // Both come, for all examples below are tried.
      const examples: [Record<string, string>, boolean][] = [
        ...names.flatMap((known): [Record<string, string>, boolean][] => [
          [{ [known]: 'forged' }, true],
          [{ [known]: 'forged' }, false],
        ]),
        [{ tenant: 'seven' }, true],
      ];
      await fc.assert(runs, { numRuns: examples.length + 10, examples });
      expect(Math.min(refused, taken)).toBeGreaterThan(0);
    },
  );
});
