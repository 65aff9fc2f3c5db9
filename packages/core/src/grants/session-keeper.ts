import { MemoryCache } from '../memory-cache.ts';

/** What a session's refresh token is good for. */
export interface Session {
  readonly refreshToken: string;
  /** The server gave no other one for it: it may be sent again, whatever became of a request with it. */
  readonly reusable: boolean;
}

/** A session while nobody else uses it. */
export interface HeldSession {
  /** Undefined where there is none, or none that may be used. */
  readonly session: Session | undefined;
  /** Where its refresh token is kept: other processes may use it, nobody else does, or there is no place just now. */
  readonly kept: 'shared' | 'here' | 'nowhere';
  /** Why what is kept can't be had just now, as a sentence's end; undefined where it can be, or nothing is kept. */
  readonly outOfReach?: string | undefined;
  /** Whether a refresh token was exchanged before, so that the server would take it for stolen. */
  isSpent(refreshToken: string): boolean;
  /** To be called before one is sent. False if it must not be: somebody else may have sent it. */
  use(refreshToken: string): Promise<boolean>;
  /** It was not exchanged after all. */
  restore(): Promise<void>;
  /** Keeps what is to be used next. */
  keep(session: Session): Promise<void>;
  /** There is nothing to be used next. `spent` must not be sent again either. */
  end(spent?: string): Promise<void>;
}

/** Keeps sessions for those who share them, and lets them be used by one at a time. */
export interface SessionKeeper {
  /** The work must not wait for another of the same session. */
  take<Result>(id: string, work: (held: HeldSession) => Promise<Result>): Promise<Result>;
}

// As many as a client's memory cache keeps tokens by default.
const capacity = 10_000;

/** Sessions that no other process knows of. Their source uses each of them one call after the other. */
export class MemorySessions implements SessionKeeper {
  readonly #sessions = new MemoryCache<Session>(capacity);
  readonly #spent = new MemoryCache<true>(capacity);

  take<Result>(id: string, work: (held: HeldSession) => Promise<Result>): Promise<Result> {
    const sessions = this.#sessions;
    const spent = this.#spent;
    let used: string | undefined;
    return work({
      session: sessions.get(id),
      kept: 'here',
      isSpent: (refreshToken) => spent.get(refreshToken) === true,
      use: (refreshToken) => {
        used = refreshToken;
        return Promise.resolve(true);
      },
      restore: () => Promise.resolve(),
      keep: (session) => {
        if (used !== undefined && used !== session.refreshToken) spent.set(used, true);
        sessions.set(id, session);
        return Promise.resolve();
      },
      end: (last) => {
        if (last !== undefined) spent.set(last, true);
        sessions.delete(id);
        return Promise.resolve();
      },
    });
  }
}

/** Of a session that there is no place to keep, or none just now: the grant is used each time. */
export function unkeptSession(onLost: () => void, outOfReach?: string): HeldSession {
  return {
    session: undefined,
    kept: 'nowhere',
    outOfReach,
    isSpent: () => false,
    use: () => Promise.resolve(false),
    restore: () => Promise.resolve(),
    keep: () => {
      onLost();
      return Promise.resolve();
    },
    end: () => Promise.resolve(),
  };
}
