import type { ClientAuthentication } from '../client-authentication/client-authentication.ts';
import { clientSecretBasic } from '../client-authentication/client-secret-basic.ts';
import { clientSecretJwt } from '../client-authentication/client-secret-jwt.ts';
import { clientSecretPost } from '../client-authentication/client-secret-post.ts';
import { none } from '../client-authentication/none.ts';
import { privateKeyJwt } from '../client-authentication/private-key-jwt.ts';
import { tlsClientAuth } from '../client-authentication/tls-client-auth.ts';
import { clientCredentials } from '../grants/client-credentials.ts';
import type { Grant } from '../grants/grant.ts';
import { isHeader } from '../header.ts';
import { isObject, type OptionReader } from '../option-reader.ts';
import type { SecretSource } from '../secret.ts';

// What makes a client authentication, and is easily taken for one.
const made: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [none, 'none()'],
  [clientSecretBasic, 'clientSecretBasic(secret)'],
  [clientSecretPost, 'clientSecretPost(secret)'],
  [clientSecretJwt, 'clientSecretJwt(secret)'],
  [privateKeyJwt, 'privateKeyJwt(key)'],
  [tlsClientAuth, 'tlsClientAuth({ … })'],
]);

/** Reads how the client authenticates: `clientSecret` by HTTP Basic, or `clientAuthentication`. */
export function readAuthentication(reader: OptionReader): ClientAuthentication {
  const secret = reader.secret('clientSecret');
  const authentication = reader.callable<ClientAuthentication>('clientAuthentication');
  const call = made.get(authentication);
  if (call !== undefined) reader.refuse('clientAuthentication', `is a function that makes one; call it: ${call}`);
  const given = ['clientSecret', 'clientAuthentication'].filter((name) => reader.value(name) !== undefined);
  if (given.length === 0)
    reader.refuse('clientSecret', 'is missing; give it, or a clientAuthentication (none() for a client without one)');
  if (given.length === 2) reader.refuse('clientAuthentication', 'stands beside clientSecret; give one of the two');
  return authentication ?? (secret === undefined ? () => undefined : clientSecretBasic(secret));
}

export function readGrant(reader: OptionReader): Grant {
  const grant = reader.value('grant');
  if (grant === undefined) return clientCredentials();
  if (isGrant(grant)) {
    if (grant.takesAuthorization === true && reader.value('clientSecret') !== undefined) {
      const why = 'would go by HTTP Basic, which the grant takes for the person';
      reader.refuse('clientSecret', `${why}; use clientAuthentication: clientSecretPost(secret)`);
    }
    return grant;
  }
  reader.refuse('grant', 'must be a grant, such as clientCredentials()');
  return clientCredentials();
}

function isGrant(value: unknown): value is Grant {
  return (
    isObject(value) &&
    'type' in value &&
    typeof value.type === 'string' &&
    'connect' in value &&
    typeof value.connect === 'function'
  );
}

// What the protocol itself puts there, and whose business it is.
const ownHeaders: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'headers',
    new Map([
      ['authorization', 'is where the token goes; leave it out'],
      ['dpop', 'is where the proof goes; leave it out'],
    ]),
  ],
  [
    'tokenRequestHeaders',
    new Map([
      ['authorization', 'is where the client authenticates; use clientSecret or clientAuthentication'],
      ['accept', 'is the protocol’s own; leave it out'],
      ['content-type', 'is the protocol’s own; use tokenRequestFormat'],
      ['dpop', 'is where the proof goes; use dpop'],
      ['host', 'is the protocol’s own; leave it out'],
    ]),
  ],
]);

// What HTTP clients refuse, or what breaks the request.
const ofTheConnection: ReadonlyMap<string, string> = new Map(
  ['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade'].map((name) => [
    name,
    'belongs to the connection; leave it out',
  ]),
);

export function readHeaders(
  reader: OptionReader,
  option: 'headers' | 'tokenRequestHeaders',
): [name: string, value: SecretSource][] {
  const headers = reader.child(option);
  if (headers === undefined) return [];
  const seen = new Set<string>();
  return headers.names().flatMap((name): [string, SecretSource][] => {
    const value = headers.secret(name);
    const lowerCase = name.toLowerCase();
    if (seen.has(lowerCase)) headers.refuse(name, 'stands there twice, in different case; give it once');
    seen.add(lowerCase);
    const reason = ownHeaders.get(option)?.get(lowerCase) ?? ofTheConnection.get(lowerCase);
    if (reason !== undefined) headers.refuse(name, reason);
    else if (!isHeader(name, typeof value === 'string' ? value : 'x')) {
      headers.refuse(name, 'is no header, or its value has characters that a header cannot hold');
    }
    return value === undefined ? [] : [[lowerCase, value]];
  });
}
