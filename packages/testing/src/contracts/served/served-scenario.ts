import type { ClientOptions, OutboundAuth, OutboundAuthOptions, ServedChoice } from '@outbound-auth/core';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { ManualClock } from '../../manual-clock.ts';
import type { Upstream } from '../../upstream.ts';
import { type ContractRunner, patience } from '../adapter-harness.ts';
import type { Log } from '../log.ts';
import { playServed } from './play-served.ts';
import type { RoutedRequest, ServedHarness, ServedScene } from './served-harness.ts';

/** How the application of one test is called. */
export interface ServedRequestInit {
  /** Whose bearer token it comes with; default nobody's. */
  readonly user?: string;
  /** Default `/`. */
  readonly path?: '/' | '/inner';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends `POST` with this as JSON; default `GET`. */
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

/** The scene of one test: an upstream system, and an application that calls it for its requests. */
export interface ServedScenario extends Pick<Upstream, 'server' | 'api' | 'client'> {
  /** `own` has a token of its own for `/own`, `ledger` exchanges those of users for `/users`; and all tenants. */
  readonly auth: OutboundAuth<string>;
  /** Of both its auths: it stands still until the test moves it. */
  readonly clock: ManualClock;
  /** The ways in which code far from its request calls out, by name. */
  readonly ways: Readonly<Record<string, (url: string) => Promise<string>>>;
  /** The application's address. */
  readonly origin: string;
  /** What the application does for its requests from now on. */
  readonly answer: (work: (request: RoutedRequest) => Promise<string | Readable>) => void;
  /** How it chooses a client or tenant for them from now on. */
  readonly resolve: (choose: (headers: IncomingHttpHeaders) => ServedChoice | Promise<ServedChoice>) => void;
  /** Calls it. */
  readonly call: (init?: ServedRequestInit) => Promise<Response>;
  /** What the framework has logged. */
  readonly log: Log;
}

/** How the upstream's clients are changed for a test. */
export type Changes = (upstream: Upstream) => Partial<OutboundAuthOptions> & {
  /** Laid over the options of `own`. */
  readonly own?: Partial<ClientOptions>;
  /** The option that the adapter is mounted with. */
  readonly subjectToken?: ServedScene['subjectToken'];
};

/** What a test wants that is not as usual. */
export interface Settings {
  readonly changes?: Changes;
  /** What makes the auth; default core as the contract itself has it. */
  readonly otherCore?: ServedHarness['otherCore'];
  /** In milliseconds; default half a minute. */
  readonly timeout?: number;
}

/** What a family of tests is written with. */
export interface ServedSuite {
  readonly harness: ServedHarness;
  readonly test: (title: string, body: (scenario: ServedScenario) => Promise<void>, settings?: Settings) => void;
}

export function servedSuiteFor(runner: ContractRunner, harness: ServedHarness): ServedSuite {
  return {
    harness,
    test: (title, body, settings) =>
      void runner.it(title, () => playServed(harness, body, settings), settings?.timeout ?? patience),
  };
}
