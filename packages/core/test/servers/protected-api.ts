import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { proofCheck } from './api/proof-check.ts';
import { confirmation, readAuthorization, readCall, type Arrived } from './api/read-call.ts';
import { tokenReader, type TokenClaims, type TrustedServer } from './api/read-token.ts';
import { Refusal } from './api/refusal.ts';
import { certificateThumbprint, makeCertificates } from './certificates.ts';
import { listen } from './listen.ts';
import { peerCertificate } from './oidc/mutual-tls.ts';

/** What differs from one API to the next. */
export interface VerifyingApiOptions {
  /** Whom its JWTs must be for. Default: `https://api.example`. */
  readonly audience?: string;
  /** HTTPS that asks for a client certificate. Default: plain HTTP. */
  readonly tls?: boolean;
  /** Proofs must carry the API's own nonce. Default: false. */
  readonly dpopNonce?: boolean;
  /** The scope that a token must have. Default: none. */
  readonly scope?: string;
}

/** A call as it arrived, and what became of it. */
export interface ApiCall extends Arrived {
  readonly status: number;
  /** The error of the challenge, such as `invalid_token`. */
  readonly error: string | undefined;
  /** What the token said, where the call was good. */
  readonly claims: TokenClaims | undefined;
}

/** An API on loopback that believes nothing that it hasn't verified. */
export interface VerifyingApi {
  readonly origin: string;
  /** In order of arrival, refused ones too. */
  readonly calls: readonly ApiCall[];
  /** Refuses this token from now on, good as it may be. */
  refuse(accessToken: string): void;
  /** Wants another nonce from now on. */
  renewNonce(): void;
  /** Stops at once; open connections are cut. */
  close(): Promise<void>;
}

/** Starts an API that takes this server's tokens: a good one is answered by 200 and `{ method, path, body, claims }`. */
export async function startVerifyingApi(
  trusted: TrustedServer,
  options: VerifyingApiOptions = {},
): Promise<VerifyingApi> {
  const { audience = 'https://api.example', tls = false, dpopNonce = false, scope } = options;
  const { server, origin, close } = await listen(tls ? await makeCertificates() : undefined);
  const readToken = tokenReader(trusted, audience);
  const checkProof = proofCheck();
  const refused = new Set<string>();
  const calls: ApiCall[] = [];
  let nonce = dpopNonce ? randomUUID() : undefined;

  const check = async ({ method, path, headers }: Arrived, socket: object): Promise<TokenClaims> => {
    const { scheme, accessToken } = readAuthorization(headers['authorization']);
    const claims = await readToken(scheme, accessToken);
    const { jkt, 'x5t#S256': thumbprint } = confirmation(claims);
    if (jkt !== undefined && scheme !== 'DPoP') throw new Refusal('DPoP', 'invalid_token', 'the token wants a proof');
    if (scheme === 'DPoP') {
      const call = { method, url: new URL(path, origin).href, accessToken, proof: headers['dpop'], nonce };
      if ((await checkProof(call)) !== jkt) throw new Refusal('DPoP', 'invalid_token', 'the token has another key');
    }
    const peer = peerCertificate(socket);
    if (thumbprint !== undefined && thumbprint !== (peer && certificateThumbprint(peer)))
      throw new Refusal('Bearer', 'invalid_token', 'the token has another certificate');
    // After the proof, so that a challenge for the nonce may be followed by one for the token.
    if (refused.has(accessToken)) throw new Refusal(scheme, 'invalid_token', 'refused');
    if (scope !== undefined && !String(claims.scope).split(' ').includes(scope))
      throw new Refusal(scheme, 'insufficient_scope', `needs ${scope}`);
    return claims;
  };

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const call = await readCall(message);
    try {
      const claims = await check(call, message.socket);
      calls.push({ ...call, status: 200, error: undefined, claims });
      const { method, path, body } = call;
      send(response, 200, { method, path, body, claims });
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      const { status, error, challenge } = problem;
      calls.push({ ...call, status, error, claims: undefined });
      response.setHeader('www-authenticate', challenge);
      if (nonce !== undefined && error === 'use_dpop_nonce') response.setHeader('dpop-nonce', nonce);
      send(response, status, { error });
    }
  };

  server.on('request', (message, response) => {
    serve(message, response).catch((error: unknown) =>
      send(response, 500, { error: `the API failed: ${String(error)}` }),
    );
  });
  return {
    origin,
    calls,
    refuse: (accessToken) => void refused.add(accessToken),
    renewNonce: () => void (nonce = randomUUID()),
    close,
  };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
