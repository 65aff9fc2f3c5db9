import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { OutboundHttpModule } from '@outbound-auth/nestjs/axios';
import { ParcelsController } from './parcels.controller';
import { ParcelsService } from './parcels.service';

@Module({
  imports: [
    OutboundHttpModule.registerAsync({
      client: 'shipping',
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({ baseURL: config.getOrThrow<string>('SHIPPING_URL'), timeout: 5_000 }),
    }),
  ],
  controllers: [ParcelsController],
  providers: [ParcelsService],
})
export class ParcelsModule {}
