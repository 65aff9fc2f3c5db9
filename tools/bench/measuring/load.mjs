import { setTimeout as sleep } from 'node:timers/promises';

/** Calls at a steady pace for so many seconds, each given the moment it is due, and waits for all of them. */
export async function atPace(callsASecond, seconds, call) {
  const start = performance.now();
  const pending = [];
  for (let sent = 0; sent < callsASecond * seconds;) {
    const due = ((performance.now() - start) / 1_000) * callsASecond;
    for (; sent < due && sent < callsASecond * seconds; sent += 1) pending.push(call());
    await sleep(1_000 / callsASecond);
  }
  await Promise.all(pending);
}
