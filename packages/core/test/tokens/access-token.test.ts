import { exposedSecrets } from '@outbound-auth/testing';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { AccessToken, HeldAccessToken } from '../../src/tokens/access-token.ts';

const secret = 'eyJ-the-token-itself';
const token = new HeldAccessToken({ value: secret, obtainedAt: 1_000, expiresAt: 2_000, scope: 'read' });

it('gives itself to those who ask by name', () => {
  expect(token).toBeInstanceOf(AccessToken);
  expect(token.value).toBe(secret);
  expect(token.authorization).toBe(`Bearer ${secret}`);
});

it('E25 shows itself to nobody else', () => {
  const texts = [
    Object.prototype.toString.call(token),
    `${inspect(token)} ${inspect({ deep: { token } })}`,
    JSON.stringify({ token }),
    inspect(token, { showHidden: true, depth: Infinity, getters: true }),
    inspect(token, { showHidden: true, customInspect: false }),
    inspect(structuredClone(token)),
    JSON.stringify(Object.assign({}, token)),
    JSON.stringify(Object.getOwnPropertyDescriptors(token)),
    JSON.stringify(Object.entries(token)),
  ];
  for (const text of texts) expect(text).not.toContain(secret);
  expect(exposedSecrets(token, [secret])).toEqual([]);
});

it('shows what is useful in a log', () => {
  expect(JSON.parse(JSON.stringify(token))).toEqual({
    tokenType: 'Bearer',
    obtainedAt: 1_000,
    expiresAt: 2_000,
    scope: 'read',
  });
});
