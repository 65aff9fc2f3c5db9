import { OutboundAuthError } from '@outbound-auth/core';
import type { CallConfig } from './call-config.ts';

/** Both would go unnoticed: Axios puts `auth` in the place of the token, and takes a socket for whatever host. */
export function refuseDetours({ auth, socketPath }: CallConfig): void {
  if (auth) refuse('auth', 'which would replace the access token');
  if (socketPath) refuse('socketPath', 'so that the address does not tell who gets the access token');
}

function refuse(option: string, why: string): never {
  const message = `the config has ${option}, ${why}. Take it out, or call with outboundAuth: false`;
  throw new OutboundAuthError(message, { code: 'invalid_call' });
}
