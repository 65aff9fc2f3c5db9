// node tools/setup/redis-server.mjs: makes sure of the redis-server that the tests of the Redis store start themselves.
// Installs it where that takes no questions: on Debian and the like, as root.
import path from 'node:path';
import { command } from './command.mjs';

const timeLimit = 300_000;

/** What to do about a missing one. */
export const remedy =
  'redis-server was not found on the PATH; the tests of the Redis store start a real one.\n' +
  'Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), then run this again.';

/** Whether there is one that runs. */
export async function hasRedisServer() {
  return (await command('redis-server', ['--version'], { timeLimit: 60_000 })).ok;
}

/** Installs it; returns what that said. */
async function install() {
  if (process.getuid?.() !== 0) return 'Only root can install it here.';
  const apt = (...args) => command('apt-get', args, { timeLimit, env: { DEBIAN_FRONTEND: 'noninteractive' } });
  const attempt = () => apt('install', '--yes', '--no-install-recommends', 'redis-server');
  const first = await attempt();
  if (first.ok) return first.output;
  // A fresh image has no list of packages.
  await apt('update');
  return (await attempt()).output;
}

if (process.argv[1] === path.resolve(import.meta.filename)) {
  const said = (await hasRedisServer()) ? 'redis-server is there.' : await install();
  if (await hasRedisServer()) console.log(said.trim().split('\n').at(-1));
  else {
    console.error(`${said.trim()}\n${remedy}`);
    process.exitCode = 1;
  }
}
