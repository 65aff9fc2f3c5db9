import type { ExecutionContext, OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import {
  createOutboundAuth,
  isOutboundAuth,
  type OutboundAuth,
  OutboundAuthError,
  outboundFor,
} from '@outbound-auth/core';
import { assertSole } from './assert-sole.ts';
import type { OutboundAuthSource } from './auth-source.ts';
import type { OutboundAuthInstanceOptions } from './options.ts';
import { getOutboundAuthToken } from './tokens.ts';

type Serve = ReturnType<typeof outboundFor<ExecutionContext>>;

/** Makes an `OutboundAuth` of the application, and closes what it has made. */
export class AuthLifecycle implements OnModuleInit, OnApplicationShutdown {
  readonly #moduleRef: ModuleRef;
  readonly #options: OutboundAuthInstanceOptions;
  #made: OutboundAuth<string> | undefined;
  #found: { readonly serve: Serve | undefined } | undefined;

  constructor(moduleRef: ModuleRef, options: OutboundAuthInstanceOptions) {
    this.#moduleRef = moduleRef;
    this.#options = options;
  }

  get name(): string | undefined {
    return this.#options.name;
  }

  authFrom(source: OutboundAuthSource): OutboundAuth<string> {
    if (isOutboundAuth(source)) return source;
    this.#made = createOutboundAuth(source);
    return this.#made;
  }

  /** Undefined where a test has put something of its own in the place of `OutboundAuth`. */
  serving(): Serve | undefined {
    this.#found ??= { serve: this.#find() };
    return this.#found.serve;
  }

  // So that what is wrong is found at boot. It may be served already: hybrid applications get messages before this.
  onModuleInit(): void {
    assertSole(this.#moduleRef, this.#options.name);
    this.serving();
  }

  /** Not earlier: the requests that drain until then still need tokens. */
  async onApplicationShutdown(): Promise<void> {
    await this.#made?.close();
  }

  #find(): Serve | undefined {
    const { resolve, subjectToken } = this.#options;
    const auth = this.#auth();
    return isOutboundAuth(auth) ? outboundFor(auth, 'OutboundAuthModule', { resolve, subjectToken }) : undefined;
  }

  // Not injected: for one that is request-scoped this says what is wrong, and Nest less.
  #auth(): unknown {
    try {
      return this.#moduleRef.get<unknown>(getOutboundAuthToken(this.#options.name));
    } catch (cause) {
      const message =
        'OutboundAuthModule.forRootAsync injects something request-scoped, so every request would get an OutboundAuth of its own, without any token. Inject only what lives as long as the application';
      throw new OutboundAuthError(message, { code: 'invalid_options', cause });
    }
  }
}
