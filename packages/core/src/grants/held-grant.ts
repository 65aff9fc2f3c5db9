import { inspect } from 'node:util';
import { comparable } from '../comparable.ts';
import type { TokenEndpoint } from '../token-endpoint/token-endpoint.ts';
import type { SubjectSource } from '../tokens/subjects.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { Grant } from './grant.ts';
import type { SessionKeeper } from './session-keeper.ts';

/** A grant that shows no inspector, logger or `JSON.stringify` what it was made of, and can be compared by it. */
export function heldGrant(grant: Grant, ...parts: readonly unknown[]): Grant {
  return comparable(new HeldGrant(grant), ...parts);
}

class HeldGrant implements Grant {
  static {
    Object.defineProperty(this.prototype, inspect.custom, { value: inspectGrant });
  }

  readonly type: string;
  readonly #grant: Grant;

  constructor(grant: Grant) {
    this.type = grant.type;
    this.#grant = grant;
  }

  get takesAuthorization(): boolean {
    return this.#grant.takesAuthorization === true;
  }

  get subject(): readonly SubjectSource[] | undefined {
    return this.#grant.subject;
  }

  get parameters(): Grant['parameters'] {
    return this.#grant.parameters;
  }

  get secrets(): readonly unknown[] | undefined {
    return this.#grant.secrets;
  }

  get sessionOnly(): boolean {
    return this.#grant.sessionOnly === true;
  }

  connect(endpoint: TokenEndpoint, sessions: SessionKeeper): TokenSource {
    return this.#grant.connect(endpoint, sessions);
  }
}

function inspectGrant(this: Grant): string {
  return `Grant { type: '${this.type}' }`;
}
