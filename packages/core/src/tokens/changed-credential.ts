import type { Clock } from '../clock.ts';
import type { Hold } from './hold-back.ts';

export interface ChangedCredentialSettings {
  readonly clock: Clock;
  /** A digest of what the client shows the server; undefined if it can't be had. */
  readonly credential: () => Promise<string | undefined>;
  /** Ends a hold: the server refused something else. */
  readonly forgive: (hold: Hold) => void;
}

// In milliseconds: a secret's function may ask a vault.
const shortest = 1_000;

/** Finds out, while the server's refusal of a client is held, whether its secret has changed meanwhile. */
export class ChangedCredential {
  readonly #settings: ChangedCredentialSettings;
  #refused: { readonly hold: Hold; readonly credential: Promise<string | undefined> } | undefined;
  #lookedAt = 0;
  #looking = false;

  constructor(settings: ChangedCredentialSettings) {
    this.#settings = settings;
  }

  /** The server has refused the client as it is just now. */
  refused(hold: Hold): void {
    this.#refused = { hold, credential: this.#steady() };
  }

  /** Somebody was turned away: looks now and then, behind their back. */
  async look(hold: Hold): Promise<void> {
    const { clock, credential, forgive } = this.#settings;
    const now = clock.now();
    if (this.#refused?.hold !== hold || this.#looking || Math.abs(now - this.#lookedAt) < shortest) return;
    this.#lookedAt = now;
    this.#looking = true;
    const [before, present] = [await this.#refused.credential, await credential()];
    this.#looking = false;
    if (before !== undefined && present !== undefined && present !== before) forgive(hold);
  }

  /** Undefined for what differs each time that it is asked for: that would be taken for a change. */
  async #steady(): Promise<string | undefined> {
    const { credential } = this.#settings;
    const [one, other] = [await credential(), await credential()];
    return one === other ? one : undefined;
  }
}
