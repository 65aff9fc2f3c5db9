import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { guardListener, type OutboundAuthEvent } from '../src/events.ts';

const event: OutboundAuthEvent = { type: 'address.unmatched', url: 'https://elsewhere.example/' };

let warnings: MockInstance<typeof process.emitWarning>;
beforeEach(() => {
  warnings = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
});
afterEach(() => {
  warnings.mockRestore();
});

describe('a listener', () => {
  it('gets each event, as it is', () => {
    const seen: OutboundAuthEvent[] = [];
    const emit = guardListener((given) => seen.push(given));
    emit(event);
    emit(event);
    expect(seen).toEqual([event, event]);
    expect(seen[0]).toBe(event);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('need not be there', () => {
    guardListener(undefined)(event);
    expect(warnings).not.toHaveBeenCalled();
  });

  it('that throws hurts no call, and is told of once', () => {
    const listener = vi.fn(() => {
      throw new Error('the log is full');
    });
    const emit = guardListener(listener);
    emit(event);
    emit(event);
    expect(listener).toHaveBeenCalledTimes(2);
    expect(warnings.mock.calls).toEqual([
      ["onEvent threw on 'address.unmatched': the log is full", 'OutboundAuthWarning'],
    ]);
  });

  it('that rejects later is no unhandled rejection, and is told of once', async () => {
    const emit = guardListener(() => Promise.reject(new Error('the log is full')));
    emit(event);
    emit(event);
    // Vitest fails the run for a rejection that nobody handles.
    await setImmediate();
    expect(warnings.mock.calls).toEqual([
      ["onEvent threw on 'address.unmatched': the log is full", 'OutboundAuthWarning'],
    ]);
  });

  it.each([null, undefined, Object.create(null), Symbol('s'), 'text'])('may throw %o', (thrown) => {
    const emit = guardListener(() => {
      throw thrown;
    });
    expect(() => emit(event)).not.toThrow();
    expect(warnings).toHaveBeenCalledTimes(1);
  });
});
