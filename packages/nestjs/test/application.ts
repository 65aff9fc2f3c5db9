import { Module, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';

/** A whole Nest application over Express, whose boot errors are thrown instead of ending the process. */
export function createApplication(metadata: ModuleMetadata): Promise<NestExpressApplication> {
  @Module(metadata)
  class AppModule {}
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's options are a class that nobody instantiates
  return NestFactory.create<NestExpressApplication>(AppModule, { logger: false, abortOnError: false });
}
