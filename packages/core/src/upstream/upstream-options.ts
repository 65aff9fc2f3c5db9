import type { IncomingMessage } from 'node:http';
import { isOutboundAuthError, OptionsError } from '../errors.ts';
import { isObject, kind, OptionReader } from '../option-reader.ts';
import type { OutboundClient } from '../outbound-client.ts';
import { parseUrl } from '../parse-url.ts';
import { reasonOf, Secrets, showUrl } from '../redact.ts';
import type { ServingOptions } from '../serving-options.ts';

/** What of a caller's request is taken off before it goes on to the upstream, unless `forward` names it. */
export type InboundCredential = 'authorization' | 'cookie';

/** What `upstreamAuth` is told beside the client. */
export interface UpstreamOptions {
  /** Where the proxy leads: an address inside the client's `attachTo`. */
  readonly target: string | URL;
  /**
   * What of the caller's own goes on to the upstream. With `authorization`, a request that comes with such a header goes on
   * with that, and without the client's token. Default: neither.
   */
  readonly forward?: readonly InboundCredential[] | undefined;
  /**
   * Whose access token a request acts for, as a token or as an `Authorization` header with one: for users with sessions,
   * whose WebSockets pass no middleware. Default: what `outboundAuth` before it was told, else the bearer token that the
   * request came with.
   */
  readonly subjectToken?: ServingOptions<IncomingMessage>['subjectToken'];
  /**
   * Told of what has kept a WebSocket from being opened: it goes to no framework's error handling. Default: mistakes, with
   * the status 500, become a warning of the process, once; for tokens that can't be had there are events.
   */
  readonly onUpgradeError?: ((error: unknown, request: IncomingMessage) => void) | undefined;
}

/** What `UpstreamOptions` come to. */
export interface UpstreamSettings extends Pick<UpstreamOptions, 'subjectToken'> {
  readonly target: URL;
  readonly forward: ReadonlySet<string>;
  readonly onUpgradeError: NonNullable<UpstreamOptions['onUpgradeError']>;
}

const credentials: readonly InboundCredential[] = ['authorization', 'cookie'];

/** @throws {OptionsError} that lists every mistake. */
export function readUpstreamOptions(options: unknown, client: OutboundClient, where: string): UpstreamSettings {
  if (!isObject(options)) {
    const message = `must be an object such as { target: 'https://api.example' }, not ${kind(options)}`;
    throw new OptionsError([{ path: where, message }]);
  }
  const reader = new OptionReader(options, where);
  const target = readTarget(reader, client);
  const forward = reader.texts('forward') ?? [];
  forward.forEach((name, index) => {
    if (name === '' || credentials.some((credential) => credential === name)) return;
    reader.refuseItem('forward', index, `must be ${credentials.map((credential) => `'${credential}'`).join(' or ')}`);
  });
  const subjectToken = reader.callable<NonNullable<UpstreamOptions['subjectToken']>>('subjectToken');
  const onUpgradeError = reader.callable<UpstreamSettings['onUpgradeError']>('onUpgradeError') ?? warning();
  reader.refuseOthers();
  if (target === undefined || reader.problems.length > 0) throw new OptionsError(reader.problems);
  return { target, forward: new Set(forward), subjectToken, onUpgradeError };
}

function warning(): UpstreamSettings['onUpgradeError'] {
  let warned = false;
  return (error) => {
    if (warned || (isOutboundAuthError(error) && error.status !== 500)) return;
    warned = true;
    const reason = reasonOf(new Secrets().cleanError(error));
    process.emitWarning(`a WebSocket was refused: ${reason}`, 'OutboundAuthWarning');
  };
}

function readTarget(reader: OptionReader, client: OutboundClient): URL | undefined {
  const given = reader.value('target');
  const target = given instanceof URL ? new URL(given) : parseUrl(String(given));
  if (target === undefined) {
    reader.refuse('target', `must be an address such as 'https://api.example', not ${kind(given)}`);
  } else if (target.username !== '' || target.password !== '') {
    reader.refuse('target', 'must not hold user info (user:password@): the client has its own credentials');
  } else if (client.covers(target)) return target;
  else {
    const { name } = client;
    const remedy = `Lead the proxy to an address inside it, or add this one's prefix to clients.${name}.attachTo`;
    reader.refuse('target', `${showUrl(target)} is outside the attachTo of client '${name}'. ${remedy}`);
  }
  return undefined;
}
