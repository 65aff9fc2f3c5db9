import { type ArgumentsHost, Catch, HttpException } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { OutboundAuthError } from '@outbound-auth/core';
import { STATUS_CODES } from 'node:http';

/** Answers by the error's own status (401 where the user's token is missing, 503 …), without its message. */
@Catch(OutboundAuthError)
export class OutboundAuthFilter extends BaseExceptionFilter {
  override catch(error: OutboundAuthError, host: ArgumentsHost): void {
    super.catch(new HttpException(STATUS_CODES[error.status] ?? 'Error', error.status, { cause: error }), host);
  }
}
