import { Controller, Get, Module } from '@nestjs/common';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { OutboundAuthHealthIndicator } from '@outbound-auth/nestjs';

/** For a readiness probe: 503 as long as a token can't be had. */
@Controller('ready')
class ReadinessController {
  constructor(
    private readonly terminus: HealthCheckService,
    private readonly tokens: OutboundAuthHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check() {
    return this.terminus.check([() => this.tokens.isHealthy('outbound-auth', { timeout: 5 })]);
  }
}

@Module({ imports: [TerminusModule], controllers: [ReadinessController] })
export class ReadinessModule {}
