import { BadGatewayException, Controller, Get } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { OutboundClient } from '@outbound-auth/core';
import { InjectOutboundClient } from '@outbound-auth/nestjs';

/** Calls the ledger on behalf of the user: put your authentication before it, for the bearer token isn't checked here. */
@Controller('entries')
export class LedgerController {
  constructor(
    @InjectOutboundClient('ledger') private readonly ledger: OutboundClient,
    private readonly config: ConfigService,
  ) {}

  @Get()
  async entries(): Promise<unknown> {
    const response = await this.ledger.fetch(`${this.config.getOrThrow<string>('LEDGER_URL')}/entries`);
    if (!response.ok) throw new BadGatewayException(`the ledger answered ${response.status}`);
    return response.json();
  }
}
