import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TokenWait } from '../src/token-wait.ts';

describe('the wait for a token', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
  });

  it('sets up nothing before it is asked for its signal', () => {
    const signal = { addEventListener: vi.fn(), removeEventListener: vi.fn() };
    const wait = new TokenWait({ timeout: 1_000, signal });
    wait.end();
    expect(vi.getTimerCount()).toBe(0);
    expect(signal.addEventListener).not.toHaveBeenCalled();
    expect(signal.removeEventListener).not.toHaveBeenCalled();
  });

  it('leaves no timer and no listener behind', () => {
    const signal = { addEventListener: vi.fn(), removeEventListener: vi.fn() };
    const cancelToken = { subscribe: vi.fn(), unsubscribe: vi.fn() };
    const wait = new TokenWait({ timeout: 1_000, signal, cancelToken });
    expect(wait.signal.aborted).toBe(false);
    expect(wait.signal).toBe(wait.signal);
    expect(vi.getTimerCount()).toBe(1);
    wait.end();
    expect(vi.getTimerCount()).toBe(0);
    expect(signal.removeEventListener.mock.calls).toEqual(signal.addEventListener.mock.calls);
    expect(cancelToken.unsubscribe.mock.calls).toEqual(cancelToken.subscribe.mock.calls);
  });

  it('counts the time from the start of the call', () => {
    const wait = new TokenWait({ timeout: '1000' });
    vi.advanceTimersByTime(900);
    const { signal } = wait;
    vi.advanceTimersByTime(99);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.aborted).toBe(true);
    expect(wait.endedWith(signal.reason)).toBe(true);
  });

  it('knows the end of its time from that of its caller’s patience', () => {
    const caller = new AbortController();
    const wait = new TokenWait({ timeout: 1_000, signal: caller.signal });
    const { signal } = wait;
    caller.abort();
    vi.advanceTimersByTime(1_000);
    expect(signal.aborted).toBe(true);
    expect(wait.endedWith(signal.reason)).toBe(false);
  });

  it('is over at once for a caller who has given up', () => {
    expect(new TokenWait({ signal: AbortSignal.abort() }).signal.aborted).toBe(true);
  });

  it.each([undefined, 0, -1, 'soon', null, Number.NaN])('has no limit by a timeout of %s', (timeout) => {
    const wait = new TokenWait({ timeout });
    const request = {};
    wait.limit(request);
    expect(wait.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1_000_000);
    expect([vi.getTimerCount(), wait.signal.aborted, request]).toEqual([0, false, {}]);
  });
});
