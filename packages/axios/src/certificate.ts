import { type CertificateAndKey, OutboundAuthError } from '@outbound-auth/core';
import { Agent } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import { runningAdapter } from './adapter-name.ts';
import { isObject, member } from './member.ts';

const agents = new WeakMap<CertificateAndKey, Agent>();
const dispatchers = new WeakMap<CertificateAndKey, Promise<object>>();

/** What a request's config needs so that its connection shows this certificate. An agent of the caller's own goes first. */
export async function showing(certificate: CertificateAndKey, request: Record<string, unknown>): Promise<object> {
  const { adapter, fetchOptions, httpsAgent } = request;
  const agent = { httpsAgent: httpsAgent ?? agentFor(certificate) };
  if (runningAdapter(adapter) === 'http' || member(fetchOptions, 'dispatcher') !== undefined) return agent;
  const dispatcher = await dispatcherFor(certificate);
  return { ...agent, fetchOptions: { ...(isObject(fetchOptions) && fetchOptions), dispatcher } };
}

/** The agent of a certificate: one, so that its connections are used again. */
export function agentFor(certificate: CertificateAndKey): Agent {
  const present = agents.get(certificate);
  if (present !== undefined) return present;
  // Otherwise as the global one. In a context, no error or log of the agent's options shows the key.
  const agent = new Agent({ keepAlive: true, timeout: 5_000, secureContext: contextOf(certificate) });
  agents.set(certificate, agent);
  return agent;
}

function dispatcherFor(certificate: CertificateAndKey): Promise<object> {
  const present = dispatchers.get(certificate);
  if (present !== undefined) return present;
  const dispatcher = makeDispatcher(certificate);
  dispatchers.set(certificate, dispatcher);
  return dispatcher;
}

async function makeDispatcher(certificate: CertificateAndKey): Promise<object> {
  let undici: typeof import('undici');
  try {
    undici = await import('undici');
  } catch {
    dispatchers.delete(certificate);
    const message =
      "over the fetch adapter of Axios, a client certificate needs the package undici in version 7: npm install undici@7, or take adapter: 'http'";
    throw new OutboundAuthError(message, { code: 'invalid_call' });
  }
  return new undici.Agent({ connect: { secureContext: contextOf(certificate) } });
}

function contextOf({ cert, key, pfx, passphrase, ca }: CertificateAndKey): SecureContext {
  const authorities = [ca ?? []].flat().map(encoded);
  return createSecureContext({
    cert: cert && encoded(cert),
    key: key && encoded(key),
    pfx: pfx && encoded(pfx),
    passphrase,
    ca: authorities.length === 0 ? undefined : authorities,
  });
}

function encoded(given: string | Uint8Array): string | Buffer {
  return typeof given === 'string' ? given : Buffer.from(given);
}
