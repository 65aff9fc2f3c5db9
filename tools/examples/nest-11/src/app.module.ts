import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import { OutboundAuthModule } from '@outbound-auth/nestjs';
import { InvoicesModule } from './invoices/invoices.module';
import { LedgerModule } from './ledger/ledger.module';
import { OutboundAuthFilter } from './outbound-auth.filter';
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
  ],
  providers: [{ provide: APP_FILTER, useClass: OutboundAuthFilter }],
})
export class AppModule {}
