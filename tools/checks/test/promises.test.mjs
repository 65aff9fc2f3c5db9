// What was promised of a token's life, and each edge case that others got wrong, has a test that names it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const rows = [
  'expiry',
  'not handed out any more',
  'renewal is due',
  'who renews',
  'renewal fails',
  'cold, many callers',
  'a caller gives up',
  'a flight too old',
  'attempts',
  'endpoint failing, no token in hand',
  'refused',
  'too many at once',
  'no token to be had',
  'the resource answers 401',
  '401 again',
  '401 that isn’t about the token',
  '403',
  'refresh tokens',
  'exchanged tokens',
  'DPoP',
  'memory cache',
  'store slow or down',
  'lock',
  'expiry in the store',
  'key',
  'close',
];
const edgeCases = Array.from({ length: 56 }, (_, index) => `E${String(index + 1).padStart(2, '0')}`);

const titles = testFiles().flatMap(
  (file) => readFileSync(file, 'utf8').match(/(?:\b(?:describe|it)\b|\btest\()[^\n]*\n?[^\n]*/g) ?? [],
);

it.each(rows)('row "%s" has a test', (row) => {
  expect(titles.some((title) => title.includes('row') && title.includes(`"${row}"`))).toBe(true);
});

it.each(edgeCases)('%s has a test', (number) => {
  expect(titles.some((title) => new RegExp(`\\b${number}\\b`).test(title))).toBe(true);
});

function testFiles() {
  const folders = readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'test'));
  return [...folders, 'packages/testing/src/contracts', 'tools/soak/test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => /\.(?:ts|mjs)$/.test(name))
      .map((name) => join(root, folder, name)),
  );
}
