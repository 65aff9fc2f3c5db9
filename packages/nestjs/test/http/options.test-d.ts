import type { HttpService } from '@nestjs/axios';
import type { AxiosRequestConfig } from 'axios';
import { OutboundHttpModule, type OutboundHttpOptionsFactory } from '../../src/http/index.ts';

OutboundHttpModule.register({ client: 'billing', baseURL: 'https://api.billing.example', timeout: 1_000 });
OutboundHttpModule.register({ client: 'billing', outboundAuth: { scope: 'invoices:read' } });
OutboundHttpModule.registerAsync({
  client: 'billing',
  inject: ['url'],
  useFactory: (baseURL: string) => ({ baseURL }),
});

OutboundHttpModule.register({ client: 'billing', auth: 'partners' });
// @ts-expect-error -- Axios' own, which would take the place of the token
OutboundHttpModule.register({ client: 'billing', auth: { username: 'ada', password: 'a password' } });
// @ts-expect-error -- misspelt option of Axios
OutboundHttpModule.register({ client: 'billing', baseUrl: 'https://api.billing.example' });
// @ts-expect-error -- misspelt option of the module
OutboundHttpModule.register({ clients: 'billing' });
// @ts-expect-error -- misspelt option of the module
OutboundHttpModule.registerAsync({ asHttpServices: true, useFactory: () => ({}) });
// @ts-expect-error -- a factory of something else
OutboundHttpModule.registerAsync({ useFactory: () => 'https://api.billing.example' });

class Maker implements OutboundHttpOptionsFactory {
  createOutboundHttpOptions(): AxiosRequestConfig {
    return {};
  }
}
OutboundHttpModule.registerAsync({ useClass: Maker });
OutboundHttpModule.registerAsync({ useExisting: Maker });
// @ts-expect-error -- a class that makes something else
OutboundHttpModule.registerAsync({ useClass: Date });

declare const http: HttpService;
http.get('/invoices', { outboundAuth: { client: 'billing', scope: 'invoices:read' } });
http.get('/invoices', { outboundAuth: false });
// @ts-expect-error -- misspelt option of a call
http.get('/invoices', { outboundAuth: { scopes: 'invoices:read' } });
