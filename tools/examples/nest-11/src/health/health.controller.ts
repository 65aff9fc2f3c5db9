import { Controller, Get } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { OutboundAuthHealthIndicator } from '@outbound-auth/nestjs';

/** Whether the service can do its work: 503 while it can't get the tokens that it needs. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly outboundAuth: OutboundAuthHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.outboundAuth.isHealthy('tokens', { clients: ['billing', 'shipping'], timeout: 5 }),
    ]);
  }
}
