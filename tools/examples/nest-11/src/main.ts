import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';

async function start(): Promise<void> {
  const app = await NestFactory.create(AppModule);
  // On SIGTERM: requests that are being served get their tokens to the end, then OutboundAuth is closed.
  app.enableShutdownHooks();
  await app.listen(app.get(ConfigService).get<number>('PORT', 3000));
  console.log(`orders listens on ${await app.getUrl()}`);
}

void start();
