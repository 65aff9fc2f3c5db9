import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = path.join(import.meta.dirname, 'contenders');

/**
 * Every contender there is: a file in the folder `contenders` is one. It exports `contender`:
 *
 * - `name`, for the tables
 * - `load(place)`: imports its library, which the others are then called with; left out where there is none
 * - what it can do, by the names that scenarios ask for it by, each `(place, library) => …`, a promise or not. `place`
 *   has `tokenEndpoint` and `api`, `fetch` where the token endpoint is to be asked by that, and `core`, ours.
 *     `tokens`: { get(), authorizationOf(got) }, get awaited; `synchronous`: { get() }, a token that is there already;
 *     `byParameters`: { get({ scope, audience }) }; `bySubject`: { run(subjectToken, work), get() }; `byKey`:
 *     { get(key) }; `fetching`, `axios`, `fetchingWithDpop`, `axiosWithDpop`: { call(url) }; `firstToken`: a token;
 *     `serving`, `servingUsers`: { auth, answer(outbound) }, a route's text, and the middleware's `auth` where there is one
 * - `without`: why it has nothing for one of these. What is neither there nor named here is not in the table.
 */
export async function allContenders() {
  const files = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  const contenders = await Promise.all(files.map(async (file) => ({ file, ...(await loadContender(file)) })));
  return contenders.toSorted((a, b) => place(a) - place(b));
}

/** The contender of a file in that folder. */
export async function loadContender(file) {
  return (await import(pathToFileURL(path.join(folder, file)))).contender;
}

// Floors first, ours last.
function place({ isFloor, isOurs }) {
  return isFloor ? 0 : isOurs ? 2 : 1;
}
