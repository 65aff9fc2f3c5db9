import type { OutboundAuth } from '@outbound-auth/core';
import axios from 'axios';
import type { AxiosRequestConfig as CommonJsConfig } from 'axios' with { 'resolution-mode': 'require' };
import type { AxiosCallOptions } from '../../src/index.ts';

// A project of its own (tsconfig.registered.json): in the others, names are any text.
declare module '@outbound-auth/core' {
  interface Register {
    auth: OutboundAuth<'billing' | 'ledger'>;
  }
}

export const known: AxiosCallOptions = { client: 'ledger' };
// @ts-expect-error -- unknown client
export const unknown: AxiosCallOptions = { client: 'leger' };

void axios.get('/', { outboundAuth: { client: 'billing' } });
// @ts-expect-error -- unknown client
void axios.get('/', { outboundAuth: { client: 'biling' } });

export const commonJs: CommonJsConfig = { outboundAuth: { client: 'billing' } };
// @ts-expect-error -- unknown client
export const misspelt: CommonJsConfig = { outboundAuth: { client: 'biling' } };
