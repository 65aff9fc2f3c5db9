import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { keepingAlive, pass, systemClock, unrefClock } from '../src/clock.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('the system clock', () => {
  it('tells the wall-clock time in milliseconds', () => {
    expect(systemClock.now()).toBe(1_000_000);
    vi.setSystemTime(5);
    expect(systemClock.now()).toBe(5);
  });

  it('calls back once, when it is time', () => {
    const callback = vi.fn();
    systemClock.after(500, callback);
    vi.advanceTimersByTime(499);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(5_000);
    expect(callback).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves nothing behind of what was cancelled', () => {
    const callback = vi.fn();
    const cancel = systemClock.after(500, callback);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
    cancel();
    vi.advanceTimersByTime(5_000);
    expect(callback).not.toHaveBeenCalled();
  });

  it('E05 calls back after 60 days, which no timer of Node.js is long enough for', () => {
    const day = 86_400_000;
    const callback = vi.fn();
    systemClock.after(60 * day, callback);
    vi.advanceTimersByTime(60 * day - 1);
    expect(callback).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(callback).toHaveBeenCalledOnce();
    const cancel = systemClock.after(60 * day, callback);
    vi.advanceTimersByTime(30 * day);
    cancel();
    expect(vi.getTimerCount()).toBe(0);
  });
});

/** Which of the timers that were set keep the process alive. */
function refs(): (boolean | undefined)[] {
  return spy.mock.results.map(({ value: timer }: { value?: NodeJS.Timeout | undefined }) => timer?.hasRef());
}

let spy: MockInstance<typeof setTimeout>;
beforeEach(() => {
  spy = vi.spyOn(globalThis, 'setTimeout');
});

it('E05 keeps the process alive until a timer has run, unless nobody waits for it', () => {
  const idle = () => undefined;
  systemClock.after(500, idle);
  systemClock.after(500, idle, { unref: true });
  unrefClock(systemClock).after(500, idle);
  void pass(systemClock, 500);
  void pass(unrefClock(systemClock), 500);
  systemClock.after(2 ** 32, idle, { unref: true });
  vi.advanceTimersByTime(2 ** 31);
  expect(refs()).toEqual([true, false, false, true, false, false, false]);
});

it('E05 keeps the process alive for as long as somebody waits for the end of something, and no longer', async () => {
  expect(await keepingAlive(systemClock, Promise.resolve('done'))).toBe('done');
  await expect(keepingAlive(systemClock, Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(refs()).toEqual([true, true]);
  expect(vi.getTimerCount()).toBe(0);
});

it('tells the same time, whoever waits', () => {
  expect(unrefClock(systemClock).now()).toBe(systemClock.now());
});
