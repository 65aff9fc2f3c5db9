import { type ArgumentsHost, Logger } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { isOutboundAuthError } from '@outbound-auth/core';
import { ServerResponse } from 'node:http';
import { OutboundAuthException } from './outbound-auth-exception.ts';

const logger = new Logger('OutboundAuth');

/**
 * What a request may fail with: in place of our errors, which Nest would answer with 500, or show to users of GraphQL,
 * those that it knows. Nest logs none of these, so this does.
 */
export function answerable(error: unknown, host: ArgumentsHost, adapterHost: HttpAdapterHost): unknown {
  const type = host.getType<string>();
  // What listens for messages or on a WebSocket answers what it doesn't know with nothing of it, and logs it.
  if (!isOutboundAuthError(error) || (type !== 'http' && type !== 'graphql')) return error;
  // The fault is the caller's there, who may be anybody: no stack for each.
  if (error.status === 401) logger.warn(`${error.name}: ${error.message}`);
  else logger.error(error);
  if (type === 'http') addHeaders(error.headers, host.switchToHttp().getResponse(), adapterHost);
  return new OutboundAuthException(error);
}

function addHeaders(
  headers: Readonly<Record<string, string>>,
  response: unknown,
  // Under @nestjs/testing it has its adapter later than providers are made.
  { httpAdapter }: Partial<HttpAdapterHost>,
): void {
  // A middleware has Node's own, which not every adapter knows.
  const isNodes = response instanceof ServerResponse;
  // A handler may have begun to stream.
  if (isNodes ? response.headersSent : httpAdapter?.isHeadersSent(response) !== false) return;
  for (const [name, value] of Object.entries(headers)) {
    if (isNodes) response.setHeader(name, value);
    else httpAdapter?.setHeader(response, name, value);
  }
}
