import { adapterContract, type ContractCall, type ContractResult } from '@outbound-auth/testing';
import { Readable } from 'node:stream';
import { describe, it } from 'vitest';
import { attachOutboundAuth } from '../src/index.ts';
import { builds, type Instance } from './builds.ts';
import { otherCopy } from './other-copy.ts';

async function make(instance: Instance, call: ContractCall): Promise<ContractResult> {
  const { url, method = 'GET', headers = {}, body, client, scope, token } = call;
  const response = await instance.request({
    url,
    method,
    headers,
    ...(body !== undefined && { data: typeof body === 'string' ? body : Readable.from([Buffer.from(body.stream)]) }),
    outboundAuth: token ?? { ...(client !== undefined && { client }), ...(scope !== undefined && { scope }) },
    responseType: 'text',
    transformResponse: [],
    validateStatus: () => true,
  });
  const texts = Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return { status: response.status, headers: Object.fromEntries(texts), body: String(response.data) };
}

for (const { name, create } of builds) {
  adapterContract(
    { describe, it },
    {
      name,
      byFetch: name.endsWith('fetch'),
      otherCore: otherCopy,
      start: async (auth) => {
        const instance = create();
        attachOutboundAuth(instance, auth);
        return { call: (call) => make(instance, call), close: async () => undefined };
      },
    },
  );
}
