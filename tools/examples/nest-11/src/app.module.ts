import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { OutboundAuthModule } from '@outbound-auth/nestjs';
import { HealthModule } from './health/health.module';
import { InvoicesModule } from './invoices/invoices.module';
import { LedgerModule } from './ledger/ledger.module';
import { outboundAuthOptions } from './outbound-auth.options';
import { ParcelsModule } from './parcels/parcels.module';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    OutboundAuthModule.forRootAsync({
      clients: ['billing', 'shipping', 'ledger'], // the names that can be injected
      inject: [ConfigService],
      useFactory: outboundAuthOptions,
    }),
    InvoicesModule,
    ParcelsModule,
    LedgerModule,
    HealthModule,
  ],
})
export class AppModule {}
