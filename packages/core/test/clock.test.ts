import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

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
});
