import type { Outbound, OutboundAuth, ServedChoice } from '@outbound-auth/core';
import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { ContractCore } from '../core.ts';

/** A request as it reached the application's route. */
export interface RoutedRequest {
  /** The calls that the adapter gives this request; where it gives none, the `OutboundAuth` that is mounted here. */
  readonly outbound: Outbound<string>;
  readonly headers: IncomingHttpHeaders;
  /** What the framework's body parser has read of it. */
  readonly body: unknown;
  /** Node's own response, for answers that begin before they fail. */
  readonly response: ServerResponse;
}

/** What the contract gives an application to be made of. */
export interface ServedScene {
  /** To be mounted for every request, with `resolve` and `subjectToken` as its options. */
  readonly auth: OutboundAuth<string>;
  /** To be mounted for `/inner`, by a router, a sub-application or a module; inside of `auth` where the framework nests. */
  readonly inner: OutboundAuth<string>;
  /** Which client or tenant a request takes; it is given the request's headers. */
  readonly resolve: (headers: IncomingHttpHeaders) => ServedChoice | Promise<ServedChoice>;
  /** Whom a request acts for, by its headers; undefined leaves that to its bearer token. */
  readonly subjectToken?:
    ((headers: IncomingHttpHeaders) => string | undefined | Promise<string | undefined>) | undefined;
  /**
   * What is done for `GET` and `POST` of `/` and `/inner`. The application answers by the text or the stream that it gives,
   * and hands on what it throws to the framework's own error handling.
   */
  readonly answer: (request: RoutedRequest) => Promise<string | Readable>;
  /** To be told what the framework logs, where it has a logger of its own: `console.error` is heard anyway. */
  readonly log: (...values: readonly unknown[]) => void;
}

/** An application that is ready to be served. */
export interface ServedApplication {
  /** What serves it, for the contract to listen for it; or the origin, where the framework itself listens. */
  readonly at: RequestListener | string;
  /** Further ways in which code far from the request calls out, by name: through an Axios instance, say. */
  readonly ways?: Readonly<Record<string, (url: string) => Promise<string>>>;
  /** Ends what `serve` began. */
  close(): Promise<void>;
}

/** How the contract gets hold of the adapter of a web framework. */
export interface ServedHarness {
  /** For the title of the suite: the framework with its version. */
  readonly name: string;
  /** Makes an application of the framework, set up as for production. Both auths belong to the contract. */
  serve(scene: ServedScene): Promise<ServedApplication>;
  /** False where a request carries no calls of its own, which could be kept until after it; default true. */
  readonly bound?: boolean;
  /**
   * Loads another copy of core, as processes have it where ESM and CommonJS meet: a module of the other kind, or the same
   * after `vi.resetModules()`. Without it, that is not proved.
   */
  readonly otherCore?: () => Promise<ContractCore>;
  /** False where the framework leaves an answer open that had begun before the error; default true. */
  readonly endsBegun?: boolean;
}
