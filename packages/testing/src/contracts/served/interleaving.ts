import { type OutboundClient, tokenExchange } from '@outbound-auth/core';
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { pipelined } from './pipelined.ts';
import type { ServedSuite } from './served-scenario.ts';
import { textOf } from './text-of.ts';

const url = 'https://ledger.example/users';
const users = 100;
const rounds = 10;
const connections = 50;
const perConnection = 20;
const total = rounds * connections * perConnection;
// In milliseconds; it takes one or two seconds, but the machine may have much else to do.
const timeout = 60_000;

/** That no request ever gets what is another's, however many there are. */
export function interleaving({ test }: ServedSuite): void {
  const title = `E10 E39 gives no user another’s token, in ${total.toLocaleString('en')} requests that interleave`;
  test(
    title,
    async ({ auth, origin, answer }) => {
      let count = 0;
      answer(async ({ outbound, headers }) => {
        count += 1;
        const own = authorizationOf(outbound.client('ledger'));
        const deep = (count % 3 === 0 ? setImmediate(count) : Promise.resolve(count)).then((place) =>
          // By a call now and then, for those take the most time.
          place % 5 === 0 ? textOf(auth.fetch(url)) : authorizationOf(auth.client('ledger')),
        );
        return `[${[headers['x-user'], ...(await Promise.all([deep, own]))].join()}]`;
      });
      const overOne = async (connection: number): Promise<void> => {
        // Neighbours on a connection are different users, and each user is on many.
        const names = Array.from({ length: perConnection }, (_, index) => `user-${(connection * 7 + index) % users}`);
        const text = await pipelined(origin, names.map(requestOf));
        assert.deepEqual(
          text.match(/\[.*?\]/g),
          names.map((name) => `[${name},Bearer for-${name},Bearer for-${name}]`),
        );
      };
      // A thousand at a time: more would keep the garbage collector busy.
      for (let round = 0; round < rounds; round += 1) {
        await Promise.all(Array.from({ length: connections }, (_, connection) => overOne(connection + round)));
      }
      assert.equal(count, total);
    },
    // Sockets upstream would take most of the time, and prove nothing of the framework.
    {
      changes: ({ client }) => ({
        fetch: inMemory(),
        clients: { ledger: { ...client, grant: tokenExchange(), maxTokenRequests: users, attachTo: [url] } },
      }),
      timeout,
    },
  );

  test('E10 E39 gives no user another’s token over sockets either, by every way', async (scene) => {
    const { api, server, ways, answer, call } = scene;
    const all = Object.values(ways);
    let count = 0;
    answer(async ({ outbound }) => {
      const own = textOf(outbound.fetch(`${api.origin}/users/own`));
      const way = all[(count += 1) % all.length];
      const deep = setImmediate().then(() => way?.(`${api.origin}/users/deep`));
      return (await Promise.all([deep, own])).join();
    });
    const names = Array.from({ length: 60 }, (_, index) => `user-${index % 12}`);
    const answers = await Promise.all(names.map((user) => textOf(call({ user, json: {} }))));
    assert.deepEqual(
      answers,
      names.map((user) => `Bearer for-${user},Bearer for-${user}`),
    );
    assert.equal(server.requests.length, 12);
  });
}

async function authorizationOf(client: OutboundClient): Promise<string> {
  return (await client.getAccessToken()).authorization;
}

function requestOf(user: string, index: number): string {
  const head = `x-user: ${user}\r\nauthorization: Bearer ${user}\r\nhost: localhost\r\n`;
  if (index % 2 === 0) return `GET / HTTP/1.1\r\n${head}\r\n`;
  return `POST / HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;
}

/** A server and an API whose every answer comes some turns of the event loop later. */
function inMemory(): typeof fetch {
  let turns = 0;
  return async (_input, init) => {
    turns = (turns * 7 + 3) % 11;
    for (let turn = turns; turn > 0; turn -= 1) await Promise.resolve();
    if (turns % 4 === 0) await setImmediate();
    const { body, headers } = init ?? {};
    if (!(body instanceof URLSearchParams)) return new Response(new Headers(headers).get('authorization'));
    return Response.json({ access_token: `for-${body.get('subject_token')}`, token_type: 'Bearer', expires_in: 3600 });
  };
}
