import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { table } from '../../playground/table.mjs';
import { withParts } from '../kit/parts.mjs';
import { sum, total } from '../kit/sum.mjs';
import { heapNumber, withHeap } from '../life/heap.mjs';
import { atMost, exactly, outcome, told } from '../life/numbers.mjs';

const rotatingServer = new URL('./rotating-server.mjs', import.meta.url).href;
const scene = new URL('./session-scene.mjs', import.meta.url).href;
const perSecond = 20;
const durable = ['appendonly yes', 'appendfsync always'];

const whole = { processes: 8, users: 20, lifetime: 3_000, before: 20, down: 2, recovery: 10, after: 28 };
const small = { processes: 3, users: 4, lifetime: 1_500, before: 1.5, down: 0.5, recovery: 3, after: 1.5 };

/** Refresh tokens that rotate, used by many processes through one Redis that is killed once. */
export async function runRotatingSessions({ short = false }) {
  const { processes, users, lifetime, before, down, recovery, after } = short ? small : whole;
  return withParts(async ({ redis, servers, fleet }) => {
    const store = await redis(durable);
    const server = await servers({ lifetime, delay: 50 }, rotatingServer);
    const settings = {
      ...(await server.ask('addresses')),
      scene,
      firstRefreshToken: await server.ask('signIn', 'shared'),
      encryptionKey: randomBytes(32).toString('base64url'),
      redis: store.url,
      users,
    };
    const callers = await fleet(processes, settings);
    const phases = {};
    const phase = async (name, seconds) => {
      await callers.all('reset');
      await callers.all('calls', perSecond, seconds);
      phases[name] = await callers.report();
    };
    const trouble = async () => {
      await phase('before', before);
      const outage = phase('Redis killed, restarted', down + recovery);
      await sleep(500);
      await store.kill();
      await sleep(down * 1_000);
      await store.restart();
      await outage;
    };
    // Only then all code has been run, and compiled.
    const heap = await withHeap(callers, { warmUp: trouble, load: () => phase('after', after), crowd: 100 });
    // The sessions are still there for one that begins now, and has nothing in memory.
    const late = await fleet(1, settings);
    await late.all('calls', perSecond, before);
    phases['another process'] = await late.report();
    const title = `${processes} processes, one shared session and ${users} of users, tokens of ${lifetime / 1_000} s`;
    return judged(title, phases, await server.ask('report'), short ? [] : [heapNumber(heap)]);
  });
}

function judged(title, phases, { sessions, exchanges, reused, refused, api }, more) {
  const { failed, answers, events, notes } = sum(Object.values(phases));
  const lost = notes.filter(({ type }) => type === 'session.lost');
  const { calls, ok } = phases['another process'];
  // What a session without another way says while the store is left aside; an API may refuse its token then.
  const { session_unavailable: unavailable = 0, ...other } = { ...failed, ...answers, 401: 0 };
  const numbers = [
    told('refresh tokens exchanged', exchanges),
    exactly('refresh tokens that came twice', reused, 0),
    exactly('refresh tokens refused', refused, 0),
    told('sessions of users begun by password', total(sessions) - sessions.shared),
    exactly('sessions lost, but to one that began anew meanwhile', lost.filter(isNoted).length, 0),
    told('calls without a token while Redis was skipped', unavailable),
    told('calls answered by 401', answers[401] ?? 0),
    exactly('calls that failed otherwise', total(other), 0),
    atMost('calls of another process without a token', calls - ok, Math.floor(calls / 2) - 1),
    told('times the store was told to have failed', events['store.failed'] ?? 0),
    told('calls with an expired token', api.expired ?? 0),
    ...more,
  ];
  const rows = Object.entries(phases).map(([phase, report]) => ({
    phase,
    calls: report.calls,
    ok: report.ok,
    failed: described({ ...report.failed, ...report.answers }),
  }));
  return outcome(title, numbers, ['', table(rows), '', ...reasons(lost)]);
}

// A session of a user may be lost to one that began anew while the store was down: so says lifecycle.md.
function isNoted({ client, why }) {
  return client !== 'people' || !why.includes('has begun a new session meanwhile');
}

function described(counts) {
  return Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
}

function reasons(lost) {
  const counts = {};
  for (const { client, why } of lost) counts[`${client}: ${why}`] = (counts[`${client}: ${why}`] ?? 0) + 1;
  return Object.entries(counts).map(([text, count]) => `session.lost, ${count} times: ${text}`);
}
