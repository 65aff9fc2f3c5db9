import type { KeyClient } from './clients.ts';

/** Somebody with a password. */
export interface User {
  readonly username: string;
  readonly password: string;
}

/** Everybody the provider knows. */
export const users = {
  ada: { username: 'ada', password: 'correct horse battery staple' },
  // A password that a careless form encoding breaks.
  grace: { username: 'grace@navy.example', password: 'p&ss=w%rd+über' },
} as const satisfies Record<string, User>;

/** A machine's account, known by its key (RFC 7523): the client id is what its assertions name as `iss`. */
export type ServiceAccount = KeyClient;

export function isUser(subject: unknown): subject is string {
  return Object.values<User>(users).some(({ username }) => username === subject);
}

export function hasPassword(username: unknown, password: unknown): username is string {
  return Object.values<User>(users).some((user) => user.username === username && user.password === password);
}
