import { createOutboundAuth, type OutboundAuth, tokenExchange } from '@outbound-auth/core';
import type { ContractCore } from './core.ts';
import { startAuthorizationServer, type AuthorizationServer } from '../authorization-server.ts';
import { startProtectedApi, type ProtectedApi } from '../protected-api.ts';
import {
  type AdapterHarness,
  type AdapterUnderTest,
  type ContractRunner,
  type ContractCall,
  type ContractResult,
  patience,
} from './adapter-harness.ts';

/** The scene of one test: servers of its own, and the adapter wired up to call them. */
export interface Scenario {
  readonly server: AuthorizationServer;
  /**
   * Covered by clients: `/v2` by `reader`, `/shared` by `first` and `second`, `/refused` by one with a wrong secret,
   * `/users` by one that exchanges tokens, `/proved` by one that binds its tokens by DPoP; `/secure` by `reader`, but only
   * where it is reached by `https:`, and it never is.
   */
  readonly api: ProtectedApi;
  /** Covered by none. */
  readonly elsewhere: ProtectedApi;
  readonly call: (call: ContractCall) => Promise<ContractResult>;
}

/** What a family of tests is written with. */
export interface Suite {
  readonly harness: AdapterHarness;
  /** `otherCore` makes the auth; default core as the contract itself has it. */
  readonly test: (
    title: string,
    body: (scenario: Scenario) => Promise<void>,
    otherCore?: () => Promise<ContractCore>,
  ) => void;
}

/** Everything of the scene that must never show. Odd characters, for those are the ones that an encoding hides. */
export const clientSecret = 'Contract secret:/+% of the reader';
export const wrongSecret = 'Wrong secret:/+% of the refused';
export const apiKey = 'api-key-of-the-reader';

export function suiteFor(runner: ContractRunner, harness: AdapterHarness): Suite {
  return {
    harness,
    test: (title, body, otherCore) => void runner.it(title, () => play(harness, body, otherCore), patience),
  };
}

async function play(
  harness: AdapterHarness,
  body: (scenario: Scenario) => Promise<void>,
  otherCore?: () => Promise<ContractCore>,
): Promise<void> {
  const core = (await otherCore?.()) ?? { createOutboundAuth, tokenExchange };
  const server = await startAuthorizationServer({ clients: { reader: clientSecret, other: clientSecret } });
  const api = await startProtectedApi({ verify: server });
  const elsewhere = await startProtectedApi({ verify: () => true });
  elsewhere.respondWith(() => ({ status: 200, body: 'elsewhere' }));
  const auth = contractAuth(core, server.tokenEndpoint, api.origin);
  let adapter: AdapterUnderTest | undefined;
  try {
    const started = await harness.start(auth);
    adapter = started;
    const make = (call: ContractCall): Promise<ContractResult> =>
      call.subjectToken === undefined
        ? started.call(call)
        : auth.withSubjectToken(call.subjectToken, () => started.call(call));
    await body({ server, api, elsewhere, call: make });
  } finally {
    // The servers first: calls that a failed test left waiting end with them, and hold up nothing.
    await Promise.all([server.close(), api.close(), elsewhere.close()]);
    await adapter?.close();
    await auth.close();
  }
}

function contractAuth(core: ContractCore, tokenEndpoint: string, origin: string): OutboundAuth<string> {
  const secure = `${origin.replace('http:', 'https:')}/secure`;
  const reader = { tokenEndpoint, clientId: 'reader', clientSecret };
  return core.createOutboundAuth({
    clients: {
      reader: { ...reader, attachTo: [`${origin}/v2`, secure], headers: { 'x-api-key': apiKey } },
      first: { ...reader, attachTo: [`${origin}/shared`] },
      second: { ...reader, clientId: 'other', attachTo: [`${origin}/shared`] },
      refused: { ...reader, clientSecret: wrongSecret, attachTo: [`${origin}/refused`] },
      exchanging: { ...reader, grant: core.tokenExchange(), attachTo: [`${origin}/users`] },
      proving: { ...reader, dpop: true, attachTo: [`${origin}/proved`] },
    },
  });
}
