import { type INestApplication, type LoggerService, Module, type ModuleMetadata } from '@nestjs/common';
import { type AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { RequestListener } from 'node:http';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** The version of `@nestjs/core`, set by tools/nest-11/vitest.config.mjs. */
    nest: string;
  }
}

const adapters = { Express: ExpressAdapter, Fastify: FastifyAdapter };

export type Platform = keyof typeof adapters;

/** What Nest applications are served by, and what a suite that runs over each is called. */
export const platforms: readonly { readonly platform: Platform; readonly title: string }[] = (
  ['Express', 'Fastify'] as const
).map((platform) => ({ platform, title: `NestJS ${inject('nest')} on ${platform}` }));

/** What `NestFactory.create` takes for a platform. */
export function adapterFor(platform: Platform): AbstractHttpAdapter {
  return new adapters[platform]();
}

/** A whole Nest application, whose boot errors are thrown instead of ending the process. */
export function createApplication(
  metadata: ModuleMetadata,
  platform: Platform = 'Express',
  logger: LoggerService | false = false,
): Promise<INestApplication> {
  @Module(metadata)
  class AppModule {}
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class that nobody instantiates
  return NestFactory.create(AppModule, adapterFor(platform), { logger, abortOnError: false });
}

/** What answers the requests of an application that has been initialised. */
export async function listenerOf(app: INestApplication): Promise<RequestListener> {
  const instance: unknown = app.getHttpAdapter().getInstance();
  if (isExpress(instance)) return instance;
  if (!isFastify(instance)) throw new TypeError('neither Express nor Fastify');
  await instance.ready();
  return instance.routing;
}

function isExpress(value: unknown): value is RequestListener {
  return typeof value === 'function';
}

function isFastify(value: unknown): value is { ready(): PromiseLike<unknown>; readonly routing: RequestListener } {
  return typeof value === 'object' && value !== null && 'routing' in value;
}
