import { manualClock } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { Brake } from '../../src/outgoing/brake.ts';

const second = 1_000;

function brakeWithClock() {
  const clock = manualClock();
  return { clock, brake: new Brake(clock, 100) };
}

describe('row "401 again": the brake', () => {
  it('E16 lets an API that always says 401 cost a new token after 0, 5, 15, 35, 75, 135 and 195 s, then each minute', async () => {
    const { clock, brake } = brakeWithClock();
    const start = clock.now();
    const drops: number[] = [];
    // 401s without end: each new token is refused at once, and the brake comes on.
    while (clock.now() - start < 260 * second) {
      if (brake.mayDrop('key')) {
        drops.push((clock.now() - start) / second);
        expect(brake.mayDrop('key')).toBe(false);
      }
      await clock.advance(second / 2);
    }
    expect(drops).toEqual([0, 5, 15, 35, 75, 135, 195, 255]);
  });

  it('keeps the token while it is on', async () => {
    const { clock, brake } = brakeWithClock();
    brake.mayDrop('key');
    brake.mayDrop('key');
    await clock.advance(5 * second - 1);
    expect(brake.mayDrop('key')).toBe(false);
    await clock.advance(1);
    expect(brake.mayDrop('key')).toBe(true);
  });

  it('starts anew after a cure', async () => {
    const { clock, brake } = brakeWithClock();
    brake.mayDrop('key');
    brake.refusedAgain('key');
    await clock.advance(5 * second);
    expect(brake.mayDrop('key')).toBe(true);
    brake.cured('key');
    expect(brake.idle).toBe(true);
  });

  it('stays on whatever another address behind the prefix accepts', async () => {
    const { clock, brake } = brakeWithClock();
    brake.mayDrop('key');
    brake.refusedAgain('key');
    brake.accepted('key');
    brake.cured('key');
    expect(brake.mayDrop('key')).toBe(false);
    await clock.advance(5 * second);
    brake.accepted('key');
    brake.mayDrop('key');
    brake.refusedAgain('key');
    await clock.advance(10 * second - 1);
    expect(brake.mayDrop('key')).toBe(false);
  });

  it('is forgotten when calls are accepted for long enough', async () => {
    const { clock, brake } = brakeWithClock();
    brake.mayDrop('key');
    brake.refusedAgain('key');
    await clock.advance(15 * second);
    brake.accepted('key');
    expect(brake.idle).toBe(true);
  });

  it('does not outlast a clock that is set back', () => {
    const { clock, brake } = brakeWithClock();
    brake.mayDrop('key');
    brake.refusedAgain('key');
    clock.set(clock.now() - 3_600 * second);
    expect(brake.mayDrop('key')).toBe(true);
  });

  it('is back at 5 s after twice its length without a 401', async () => {
    const { clock, brake } = brakeWithClock();
    brake.mayDrop('key');
    brake.mayDrop('key');
    await clock.advance(5 * second);
    brake.mayDrop('key');
    brake.mayDrop('key');
    // On for 10 s now; 20 s more pass without a 401.
    await clock.advance(30 * second);
    expect(brake.mayDrop('key')).toBe(true);
    expect(brake.mayDrop('key')).toBe(false);
    await clock.advance(5 * second);
    expect(brake.mayDrop('key')).toBe(true);
  });

  it('is on for one key alone', () => {
    const { brake } = brakeWithClock();
    brake.mayDrop('key');
    brake.mayDrop('key');
    expect(brake.mayDrop('another')).toBe(true);
  });
});
