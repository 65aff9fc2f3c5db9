import { type ExecutionContext, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { OutboundAuthModule } from '@outbound-auth/nestjs';
import type { FastifyRequest } from 'fastify';
import { FlightsModule } from './flights.module.js';
import { HotelsModule } from './hotels.module.js';
import { PartnersController } from './partners.controller.js';
import { ProfileController } from './profile.controller.js';
import { ReadinessModule } from './readiness.module.js';
import { UpstreamOptions } from './upstream-options.js';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    OutboundAuthModule.forRootAsync({
      useClass: UpstreamOptions,
      clients: ['flights', 'hotels', 'profile'],
      resolve: tenantOf,
    }),
    FlightsModule,
    HotelsModule,
    ReadinessModule,
  ],
  controllers: [PartnersController, ProfileController],
})
export class AppModule {}

// In life: from the authenticated user or the host name.
function tenantOf(context: ExecutionContext): string | undefined {
  const tenant = context.switchToHttp().getRequest<FastifyRequest>().headers['x-tenant'];
  return typeof tenant === 'string' ? tenant : undefined;
}
