import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { main, patience } from './playground.mjs';

vi.setConfig(patience);

// Windows has no SIGINT to send to another process.
describe.skipIf(process.platform === 'win32')('npm start -- --serve', () => {
  it('keeps four apps, the API and the server up for its curl lines, and ends cleanly on Ctrl-C', async () => {
    const child = spawn(process.execPath, [main, '--serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const commands = curlLines(await outputUntil(child, 'Ctrl-C ends it.'));
      expect(commands.length).toBe(6);
      const statuses = await Promise.all(commands.map(async (command) => (await run(command)).status));
      expect(statuses).toEqual([200, 200, 200, 200, 401, 200]);
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

async function outputUntil(child, last) {
  let output = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    output += chunk;
    if (output.includes(last)) break;
  }
  child.stdout.resume();
  return output;
}

function curlLines(output) {
  return output.split('\n').flatMap((line) => line.split(/curl (?:-i )?/)[1] ?? []);
}

/** Does what curl does with these arguments: an address, perhaps after -u and some -d. */
function run(command) {
  const words = command.split(' ');
  const url = words.pop();
  const option = (name) => words.filter((_, index) => words[index - 1] === name);
  const [user] = option('-u');
  if (user === undefined) return fetch(url);
  const headers = { authorization: `Basic ${btoa(user)}` };
  return fetch(url, { method: 'POST', headers, body: new URLSearchParams(option('-d').join('&')) });
}
