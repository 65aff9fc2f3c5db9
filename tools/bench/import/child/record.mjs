// node --import …/record.mjs: writes what the process loads into the file BENCH_LOADED, a URL a line.
import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { pathToFileURL } from 'node:url';

const file = process.env.BENCH_LOADED;
register('./record-hook.mjs', import.meta.url, { data: file });
// What is required inside CommonJS passes by the hooks of Node 20.
process.on('exit', () => {
  for (const required of Object.keys(createRequire(import.meta.url).cache)) {
    appendFileSync(file, `${pathToFileURL(required)}\n`);
  }
});
