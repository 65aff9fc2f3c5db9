// The kit itself, over a README of its own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { answer, readme } from './recipes.mjs';

const project = mkdtempSync(path.join(tmpdir(), 'outbound-auth-recipes-'));
const fence = '```';
writeFileSync(
  path.join(project, 'README.md'),
  `# Probe

${fence}ts
// addresses.ts
export const addresses = ['https://idp.example.com/token', 'https://api.billing.example/v2', 'https://example.org'];
${fence}

## A service

${fence}sh
# This is no heading.
${fence}

${fence}ts
import { createServer } from 'node:http';

const server = createServer((_req, res) => res.end(String(process.env['GREETING'])));
server.listen(3000);
process.once('SIGTERM', () => server.close(() => console.log('closed')));
${fence}

${fence}ts
import { addresses } from './addresses.js';

declare const given: string;
const secret: string = given;
throw new Error(secret + addresses.length);
${fence}

## Tests

${fence}ts
import { expect, it } from 'vitest';
import { addresses } from './addresses.js';

it('passes', () => expect(addresses).toHaveLength(3));
${fence}

${fence}ts
import assert from 'node:assert/strict';
import { it } from 'node:test';

it('fails', () => assert.equal(1, 2));
${fence}
`,
);
const { run, start, runTests, server, api, compiledOnly, unrun } = readme(project);

afterAll(() => rmSync(project, { recursive: true }));

it('leads the addresses of a snippet to servers on loopback, and no others', async () => {
  const { addresses } = await run('Probe');
  const { origin } = api('https://api.billing.example');
  expect(addresses).toEqual([server().tokenEndpoint, `${origin}/v2`, 'https://example.org']);
  expect(() => api('https://ledger.example')).toThrow('No snippet names https://ledger.example');
});

it('runs a service in a process of its own, which a signal ends', async () => {
  const service = await start('A service');
  expect(await answer(service.origin)).toMatchObject({ status: 200, body: 'the value of GREETING' });
  expect(await service.stop()).toEqual({ code: 0, signal: null, output: 'closed\n' });
});

it('runs tests by the runner that they import', async () => {
  expect(await runTests('Tests')).toMatchObject({ ok: true, output: expect.stringContaining('1 passed') });
  const failing = await runTests('Tests', { snippet: 2 });
  expect(failing).toMatchObject({ ok: false, output: expect.stringContaining('# fail 1') });
});

it('tells the line of the README where a snippet fails, and the recipes that nobody has run', async () => {
  expect(unrun()).toEqual(['A service, snippet 2']);
  const failure = run('A service', { snippet: 2, given: { given: 'failed with ' } });
  await expect(failure).rejects.toMatchObject({
    message: 'failed with 3',
    stack: expect.stringMatching(/recipe\.ts:27:7/),
  });
  expect(unrun()).toEqual([]);
});

it('wants a reason for what is not run, and knows the headings', () => {
  expect(() => compiledOnly('Tests', '')).toThrow("say why it can't be run");
  expect(() => run('Test')).toThrow('has no 1. snippet under "Test", but "Probe", "A service", "A service, snippet 2"');
});
