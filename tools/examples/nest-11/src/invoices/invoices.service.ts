import { BadGatewayException, Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { OutboundClient } from '@outbound-auth/core';
import { InjectOutboundClient } from '@outbound-auth/nestjs';

/** Calls billing by `fetch`, with the service's own token. */
@Injectable()
export class InvoicesService {
  constructor(
    @InjectOutboundClient('billing') private readonly billing: OutboundClient,
    private readonly config: ConfigService,
  ) {}

  async list(): Promise<unknown> {
    const response = await this.billing.fetch(`${this.config.getOrThrow<string>('BILLING_URL')}/invoices`);
    if (!response.ok) throw new BadGatewayException(`billing answered ${response.status}`);
    return response.json();
  }
}
