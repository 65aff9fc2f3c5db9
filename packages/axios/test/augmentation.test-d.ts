import { createOutboundAuth } from '@outbound-auth/core';
import axios, { type AxiosInstance, type AxiosRequestConfig, type AxiosStatic } from 'axios';
import type { AxiosInstance as CommonJsInstance, AxiosRequestConfig as CommonJsConfig } from 'axios' with {
  'resolution-mode': 'require',
};
import type { AxiosInstance as OldInstance, AxiosStatic as OldStatic } from 'axios-1.6';
import type { AxiosInstance as OldCommonJsInstance } from 'axios-1.6' with { 'resolution-mode': 'require' };
import { expectTypeOf } from 'vitest';
import { attachOutboundAuth, type AxiosCallOptions, type AxiosLike } from '../src/index.ts';

const client = { tokenEndpoint: 'https://idp.example/token', clientId: 'c', clientSecret: 's', attachTo: [] };
const auth = createOutboundAuth({ clients: { billing: client, ledger: client } });

// Every declaration of an instance is taken, of both formats and from 1.6 on.
expectTypeOf<AxiosInstance>().toExtend<AxiosLike>();
expectTypeOf<AxiosStatic>().toExtend<AxiosLike>();
expectTypeOf<CommonJsInstance>().toExtend<AxiosLike>();
expectTypeOf<OldInstance>().toExtend<AxiosLike>();
expectTypeOf<OldStatic>().toExtend<AxiosLike>();
expectTypeOf<OldCommonJsInstance>().toExtend<AxiosLike>();
expectTypeOf<typeof fetch>().not.toExtend<AxiosLike>();

expectTypeOf(attachOutboundAuth(axios, auth)).toEqualTypeOf<() => void>();
attachOutboundAuth(axios.create(), auth, { client: 'billing', scope: ['a', 'b'] });
// @ts-expect-error -- there is no such client
attachOutboundAuth(axios, auth, { client: 'biling' });
// @ts-expect-error -- misspelt
attachOutboundAuth(axios, auth, { scopes: 'a' });

// A call's own choice, in both of Axios' declaration files.
const options: AxiosCallOptions = {
  client: 'billing',
  scope: 'a',
  audience: 'b',
  resource: 'c',
  parameters: { d: 'e' },
};
expectTypeOf<AxiosRequestConfig['outboundAuth']>().toEqualTypeOf<AxiosCallOptions | undefined>();
expectTypeOf<CommonJsConfig['outboundAuth']>().toEqualTypeOf<AxiosCallOptions | undefined>();
export const calls = [
  axios.get('/', { outboundAuth: options }),
  axios.post('/', {}, { outboundAuth: false }),
  axios.create({ outboundAuth: { scope: 'a' } }),
  // @ts-expect-error -- misspelt
  axios.get('/', { outboundAuth: { scopes: 'a' } }),
  // @ts-expect-error -- there is nothing to switch on
  axios.get('/', { outboundAuth: true }),
];
