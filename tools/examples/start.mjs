// node tools/examples/start.mjs NAME: runs an example against servers on loopback, until Ctrl-C.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buildPackages } from '../playground/build-packages.mjs';
import { examples, variablesFor } from './examples.mjs';
import { prepare } from './prepare.mjs';

const [name] = process.argv.slice(2);
if (!Object.hasOwn(examples, name ?? '')) {
  console.error(`usage: node tools/examples/start.mjs ${Object.keys(examples).join('|')}`);
  process.exit(1);
}

buildPackages(['axios', 'core', 'express', 'koa', 'nestjs', 'testing']);
const { startUpstream } = await import('@outbound-auth/testing');
const [{ cwd, main }, upstream] = await Promise.all([prepare(name), startUpstream()]);
const { PORT = '3000' } = process.env;
const env = { ...process.env, PORT, ...variablesFor(name, upstream) };
const child = spawn(process.execPath, [main], { cwd, env, stdio: 'inherit' });
for (const call of examples[name].calls) console.log(`curl -i http://127.0.0.1:${PORT}${call}`);
console.log('Ctrl-C ends it.\n');
process.on('SIGINT', () => child.kill('SIGTERM'));
process.on('SIGTERM', () => child.kill('SIGTERM'));
await once(child, 'close');
await upstream.close();
