import { attachOutboundAuth } from '@outbound-auth/axios';
import { createOutboundAuth } from '@outbound-auth/core';
import axios from 'axios';
import { listen } from '../listen.mjs';
import { clientOptions } from './client-options.mjs';

export const name = 'axios';

export async function start(system) {
  const { api, onEvent, measured } = system;
  const auth = createOutboundAuth({ clients: { invoices: clientOptions(name, system) }, onEvent });
  const http = axios.create({ baseURL: `${api}/${name}`, validateStatus: null });
  attachOutboundAuth(http, auth);
  const { origin, close } = await listen(async (_request, response) => {
    try {
      const { status, data } = await measured(() => http.get('/invoices'));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data));
    } catch {
      response.writeHead(502).end();
    }
  });
  return { origin, close: () => close().then(() => auth.close()) };
}
