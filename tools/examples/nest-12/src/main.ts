import { ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';

const app = await NestFactory.create(AppModule, new FastifyAdapter());
app.enableShutdownHooks(); // Nest closes OutboundAuth after the last request that was being served
await app.listen(app.get(ConfigService).getOrThrow<number>('PORT'));
console.log(`bookings listens on ${await app.getUrl()}`);
