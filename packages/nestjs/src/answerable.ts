import { type ExecutionContext, Logger } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { isOutboundAuthError } from '@outbound-auth/core';
import { OutboundAuthException } from './outbound-auth-exception.ts';

const logger = new Logger('OutboundAuth');

/**
 * What a request may fail with: in place of our errors, which Nest would answer with 500, or show to users of GraphQL,
 * those that it knows. Nest logs none of these, so this does.
 */
export function answerable(
  error: unknown,
  context: ExecutionContext,
  httpAdapter: AbstractHttpAdapter | undefined,
): unknown {
  const type = context.getType<string>();
  // What listens for messages or on a WebSocket answers what it doesn't know with nothing of it, and logs it.
  if (!isOutboundAuthError(error) || (type !== 'http' && type !== 'graphql')) return error;
  // The fault is the caller's there.
  if (error.status === 401) logger.warn(error);
  else logger.error(error);
  if (type === 'http') addHeaders(error.headers, context.switchToHttp().getResponse(), httpAdapter);
  return new OutboundAuthException(error);
}

function addHeaders(
  headers: Readonly<Record<string, string>>,
  response: unknown,
  httpAdapter: AbstractHttpAdapter | undefined,
): void {
  // A handler may have begun to stream.
  if (httpAdapter?.isHeadersSent(response) !== false) return;
  for (const [name, value] of Object.entries(headers)) httpAdapter.setHeader(response, name, value);
}
