import 'reflect-metadata';
import { Controller, Get, HttpException, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { defineOutboundAuth, InjectOutboundClient, OutboundAuthModule } from '@outbound-auth/nestjs';
import { clientOptions } from './client-options.mjs';

export const name = 'nestjs';

export async function start(system) {
  const { api, onEvent, measured } = system;

  class InvoicesController {
    #client;

    constructor(client) {
      this.#client = client;
    }

    async list() {
      const response = await measured(() => this.#client.fetch(`${api}/${name}/invoices`));
      const body = await response.json();
      if (!response.ok) throw new HttpException(body, response.status);
      return body;
    }
  }
  // Plain JavaScript has no decorators yet: this is what TypeScript makes of
  // @Controller(), constructor(@InjectOutboundClient('invoices') client) and @Get('invoices').
  Controller()(InvoicesController);
  InjectOutboundClient('invoices')(InvoicesController, undefined, 0);
  Get('invoices')(InvoicesController.prototype, 'list', methodOf(InvoicesController, 'list'));

  class AppModule {}
  const options = defineOutboundAuth({ clients: { invoices: clientOptions(name, system) }, onEvent });
  Module({ imports: [OutboundAuthModule.forRoot(options)], controllers: [InvoicesController] })(AppModule);

  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'], forceCloseConnections: true });
  await app.listen(0, '127.0.0.1');
  return { origin: await app.getUrl(), close: () => app.close() };
}

function methodOf({ prototype }, method) {
  return Object.getOwnPropertyDescriptor(prototype, method);
}
