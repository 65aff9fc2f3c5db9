import { startAuthorizationServer } from '@outbound-auth/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPackages } from '../../playground/build-packages.mjs';
import { thisCore } from '../core-under-test.mjs';
import { loadedIn, sourcesOf } from '../import/loaded.mjs';
import { scenarios } from '../import/scenarios.mjs';
import { isLoaded, watched } from '../import/watched.mjs';

const core = thisCore();
const ways = ['import', 'require'];
const runs = Object.entries(scenarios).flatMap(([name, { loads }]) => ways.map((way) => ({ name, way, loads })));
let server;

beforeAll(async () => {
  // Outside of Nx it is built here.
  buildPackages(['core']);
  server = await startAuthorizationServer();
}, 120_000);

afterAll(() => server?.close());

describe('a built core', () => {
  it.each(runs)('loads, by $way, $name only what is in use: $loads', async ({ name: scenario, way, loads }) => {
    const { issuer, tokenEndpoint } = server;
    const seen = await loadedIn(scenario, { way, entry: core.entry(way), server: { issuer, tokenEndpoint } });
    const sources = seen.files.flatMap(sourcesOf);
    const loaded = watched.filter((entry) => isLoaded(entry, core, sources)).map(({ name }) => name);
    expect({ error: seen.error, loaded }).toEqual({ error: undefined, loaded: loads });
  });
});
