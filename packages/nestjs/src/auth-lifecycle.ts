import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { createOutboundAuth, isOutboundAuth, type OutboundAuth, OutboundAuthError } from '@outbound-auth/core';
import type { OutboundAuthSource } from './auth-source.ts';
import { getOutboundAuthToken } from './tokens.ts';

/** Makes the application's `OutboundAuth`, and closes what it has made. */
export class AuthLifecycle implements OnModuleInit, OnApplicationShutdown {
  readonly #moduleRef: ModuleRef;
  #made: OutboundAuth<string> | undefined;

  constructor(moduleRef: ModuleRef) {
    this.#moduleRef = moduleRef;
  }

  authFrom(source: OutboundAuthSource): OutboundAuth<string> {
    if (isOutboundAuth(source)) return source;
    this.#made = createOutboundAuth(source);
    return this.#made;
  }

  onModuleInit(): void {
    try {
      this.#moduleRef.get<unknown>(getOutboundAuthToken());
    } catch (cause) {
      const message =
        'OutboundAuthModule.forRootAsync injects something request-scoped, so every request would get an OutboundAuth of its own, without any token. Inject only what lives as long as the application';
      throw new OutboundAuthError(message, { code: 'invalid_options', cause });
    }
  }

  /** Not earlier: the requests that drain until then still need tokens. */
  async onApplicationShutdown(): Promise<void> {
    await this.#made?.close();
  }
}
