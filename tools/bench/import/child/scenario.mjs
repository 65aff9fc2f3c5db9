// Loads core by import or require and runs one scenario with it: WAY ENTRY SCENARIO SERVER (as JSON).
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { scenarios } from '../scenarios.mjs';

const [way, entry, scenario, server] = process.argv.slice(2);
const core = way === 'import' ? await import(pathToFileURL(entry)) : createRequire(import.meta.url)(entry);
await scenarios[scenario].run(core, JSON.parse(server));
