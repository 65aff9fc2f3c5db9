import { Controller, Get, Param } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { OutboundAuth } from '@outbound-auth/core';

/** Calls a partner's system with the token of the request's tenant: see `tenantOf` in app.module.ts. */
@Controller('partners')
export class PartnersController {
  constructor(
    private readonly auth: OutboundAuth,
    private readonly config: ConfigService,
  ) {}

  @Get(':name')
  async offers(@Param('name') name: string): Promise<unknown> {
    const url = `${this.config.getOrThrow<string>('PARTNERS_URL')}/${encodeURIComponent(name)}/offers`;
    const answer = await this.auth.fetch(url);
    return { status: answer.status, offers: await answer.json() };
  }
}
