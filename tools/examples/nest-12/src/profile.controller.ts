import { Controller, Get } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { OutboundAuth } from '@outbound-auth/core';

/** Calls on behalf of the user. Your authentication belongs before it: the bearer token isn't checked here. */
@Controller('profile')
export class ProfileController {
  constructor(
    private readonly auth: OutboundAuth,
    private readonly config: ConfigService,
  ) {}

  @Get()
  async read(): Promise<unknown> {
    // The client is found by the address.
    return (await this.auth.fetch(this.config.getOrThrow<string>('PROFILE_URL'))).json();
  }
}
