import { createHash } from 'node:crypto';
import { parseJsonObject } from '../json-object.ts';
import type { Session } from '../grants/session-keeper.ts';

/** A session as it stands in the store. */
export interface StoredSession {
  /** Counts the changes. */
  readonly generation: number;
  /** Whether its refresh token may be on its way: nobody else sends it. */
  readonly inUse: boolean;
  readonly session: Session | undefined;
  /** Digests of refresh tokens that were exchanged: the first, and the latest. */
  readonly spent: readonly string[];
}

export const noSession: StoredSession = { generation: 0, inUse: false, session: undefined, spent: [] };

const format = 1;
// A vault may lag behind by some rotations, and keeps nothing older.
const remembered = 20;

/** A session as text for the store. */
export function writeSession(key: string, { generation, inUse, session, spent }: StoredSession): string {
  return JSON.stringify({ format, key, generation, inUse, ...session, spent });
}

/** The session of a text; undefined for rubbish, another format, or another key's. */
export function readSession(text: string, key: string): StoredSession | undefined {
  const members = parseJsonObject(text);
  if (members?.get('format') !== format || members.get('key') !== key) return undefined;
  const { generation, inUse, refreshToken, reusable, spent }: Record<string, unknown> = Object.fromEntries(members);
  if (typeof generation !== 'number' || typeof inUse !== 'boolean' || !isTexts(spent)) return undefined;
  if (refreshToken === undefined) return { generation, inUse, session: undefined, spent };
  if (typeof refreshToken !== 'string' || typeof reusable !== 'boolean') return undefined;
  return { generation, inUse, session: { refreshToken, reusable }, spent };
}

/** The digests with one more; of too many the first stays, for it is what a session begins with. */
export function withSpent(spent: readonly string[], refreshToken: string | undefined): readonly string[] {
  if (refreshToken === undefined) return spent;
  const digest = digestOf(refreshToken);
  if (spent.includes(digest)) return spent;
  const all = [...spent, digest];
  return all.length > remembered ? [...all.slice(0, 1), ...all.slice(2)] : all;
}

export function digestOf(refreshToken: string): string {
  return createHash('sha256').update(refreshToken).digest('base64url');
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
