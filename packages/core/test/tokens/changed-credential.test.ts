import { manualClock } from '@outbound-auth/testing';
import { expect, it } from 'vitest';
import { ChangedCredential } from '../../src/tokens/changed-credential.ts';
import type { Hold } from '../../src/tokens/hold-back.ts';
import { deferred } from '../token-endpoint/asking.ts';
import { clientRefused } from './failures.ts';

function changedCredential(credential: () => Promise<string | undefined> = async () => 'first') {
  const clock = manualClock();
  const forgiven: Hold[] = [];
  let present = credential;
  let asked = 0;
  const changed = new ChangedCredential({
    clock,
    credential: () => {
      asked += 1;
      return present();
    },
    forgive: (hold) => void forgiven.push(hold),
  });
  const hold = (): Hold => ({
    error: clientRefused(),
    verdict: 'client_refused',
    times: 1,
    length: 5_000,
    until: clock.now() + 5_000,
  });
  return { clock, changed, forgiven, hold, asked: () => asked, show: (next: typeof credential) => (present = next) };
}

it('E27 ends the hold of a client whose secret has changed since it was refused', async () => {
  const { clock, changed, forgiven, hold, show } = changedCredential();
  const first = hold();
  changed.refused(first);
  await clock.advance(0);
  show(async () => 'second');
  await changed.look(first);
  expect(forgiven).toEqual([first]);
});

it('E27 lets it be while the secret is the same', async () => {
  const { clock, changed, forgiven, hold } = changedCredential();
  const first = hold();
  changed.refused(first);
  for (let second = 0; second < 5; second += 1) {
    await changed.look(first);
    await clock.advance(1_000);
  }
  expect(forgiven).toEqual([]);
});

it('asks a vault once a second at most, and never twice at once, however many are turned away', async () => {
  const { clock, changed, hold, asked, show } = changedCredential();
  const first = hold();
  changed.refused(first);
  await clock.advance(0);
  const slow = deferred<string>();
  show(() => slow.promise);
  const before = asked();
  for (let call = 0; call < 100; call += 1) void changed.look(first);
  await clock.advance(2_000);
  void changed.look(first);
  expect(asked() - before).toBe(1);
  slow.resolve('first');
  await clock.advance(0);
  for (let call = 0; call < 100; call += 1) void changed.look(first);
  await clock.advance(0);
  expect(asked() - before).toBe(2);
});

it('E50 takes a secret that cannot be had neither for a changed one nor for the one that was refused', async () => {
  for (const [before, after] of [
    [undefined, 'second'],
    ['first', undefined],
  ]) {
    const { clock, changed, forgiven, hold, show } = changedCredential(async () => before);
    const first = hold();
    changed.refused(first);
    await clock.advance(0);
    show(async () => after);
    await changed.look(first);
    expect(forgiven).toEqual([]);
  }
});

it('does not take for a change what is different each time', async () => {
  let times = 0;
  const { clock, changed, forgiven, hold } = changedCredential(async () => `assertion ${(times += 1)}`);
  const first = hold();
  changed.refused(first);
  await clock.advance(0);
  await changed.look(first);
  expect(forgiven).toEqual([]);
});

it('looks after the last refusal alone', async () => {
  const { clock, changed, forgiven, hold, show, asked } = changedCredential();
  const [first, second] = [hold(), hold()];
  changed.refused(first);
  await clock.advance(0);
  show(async () => 'second');
  changed.refused(second);
  await clock.advance(0);
  const before = asked();
  await changed.look(first);
  await changed.look(second);
  expect(forgiven).toEqual([]);
  expect(asked() - before).toBe(1);
});
