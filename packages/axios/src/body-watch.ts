import type { CallConfig } from './call-config.ts';
import { call, member } from './member.ts';
import { axiosError, canceledError, type Sibling } from './sibling.ts';

/** Listens to a body that is a stream until Axios does: an error that nobody hears would end the process. */
export class BodyWatch {
  readonly #config: CallConfig;
  readonly #failed: () => void;
  #failure: { readonly cause?: unknown } | undefined;

  /** @param failed - is called when the stream fails, or ends too early. */
  constructor(config: CallConfig, failed: () => void) {
    this.#config = config;
    this.#failed = failed;
    const { data } = config;
    if (typeof member(data, 'pipe') !== 'function') return;
    if (member(data, 'readableAborted') === true) this.#fail(...[member(data, 'errored') ?? []].flat());
    call(member(data, 'once'), data, 'error', this.#fail);
    call(member(data, 'once'), data, 'close', this.#close);
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** @throws if there is nothing to hand over any more. */
  handOver(): void {
    const { data } = this.#config;
    this.end();
    if (this.hasFailed) throw new Error('the body has failed');
    call(member(data, 'off'), data, 'error', this.#fail);
  }

  /** Stays for an error of a stream that nobody has read: it may come later than the end of the call. */
  end(): void {
    const { data } = this.#config;
    call(member(data, 'off'), data, 'close', this.#close);
  }

  /** What Axios itself would say. */
  async error(sibling: Sibling): Promise<Error> {
    const { cause } = this.#failure ?? {};
    if (!(cause instanceof Error)) return canceledError(sibling, 'Request stream has been aborted', this.#config);
    const code = member(cause, 'code');
    const error = await axiosError(sibling, cause.message, typeof code === 'string' ? code : undefined, this.#config);
    return Object.assign(error, { cause });
  }

  readonly #fail = (...[cause]: readonly unknown[]): void => {
    this.#failure ??= { cause };
    this.#failed();
  };

  readonly #close = (): void => {
    // One that was read before is sent as an empty body.
    if (member(this.#config.data, 'readableEnded') !== true) this.#fail();
  };
}
