import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { password } from '../../src/grants/password.ts';
import type { ClientOptions } from '../../src/options/options.ts';
import { type Authentication, authentications, type GrantTrial, grants } from './matrix.ts';
import { authFor, startWorld, type World } from './worlds.ts';

const plain = startWorld({});
const secure = startWorld({ tls: true });

/** Signs a user in by password, and gives the refresh token that came with it. */
async function signIn(world: World, client: Partial<ClientOptions>): Promise<string> {
  let refreshToken: unknown;
  const listening: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (response.url === world.server.tokenEndpoint) {
      ({ refresh_token: refreshToken } = (await response.clone().json()) as { refresh_token?: unknown });
    }
    return response;
  };
  const grant = password(world.server.users.ada);
  await authFor(world, { ...client, grant, fetch: listening })
    .client('billing')
    .getAccessToken();
  if (typeof refreshToken !== 'string') throw new Error('the password grant gave no refresh token');
  return refreshToken;
}

async function tryOut(trial: GrantTrial, authentication: Authentication): Promise<number> {
  const world = authentication.tls ? secure() : plain();
  const client = authentication.options(world.server);
  const grant = await trial.grant(world.server, () => signIn(world, client));
  const auth = authFor(world, { ...client, grant });
  const call = () => auth.fetch(`${world.api.origin}/invoices`);
  const response = await (trial.forUser
    ? auth.withSubjectToken(await world.server.mintSubjectToken('ada'), call)
    : call());
  await response.arrayBuffer();
  return response.status;
}

const columns = Object.keys(grants);
const passed = new Map<string, string>();

describe.each(Object.entries(authentications))('%s', (authenticationName, authentication) => {
  for (const [grantName, trial] of Object.entries(grants)) {
    const cell = `${authenticationName} × ${grantName}`;
    if (trial.senseless?.[authenticationName] !== undefined) passed.set(cell, '–');
    else {
      it(`gets a token by ${grantName} that the API takes`, async () => {
        expect(await tryOut(trial, authentication)).toBe(200);
        passed.set(cell, '✓');
      });
    }
  }
});

describe('the matrix', () => {
  it('stands in the README as it was just passed', () => {
    const row = (cells: readonly string[]) => cells.join(' | ');
    const lines = Object.keys(authentications).map((name) =>
      row([
        `\`${name.replace(/ .*|,.*/, '')}\`${/ .*|,.*/.exec(name)?.[0] ?? ''}`,
        ...columns.map((grant) => passed.get(`${name} × ${grant}`) ?? '✗'),
      ]),
    );
    const table = [row(['', ...columns.map((name) => `\`${name}\``)]), ...lines];
    console.log(table.join('\n'));
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const inReadme = readme.split('\n').map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
        .join(' | '),
    );
    expect(inReadme.filter((line) => table.includes(line))).toEqual(table);
  });
});
