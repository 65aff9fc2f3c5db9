import { manualClock } from '@outbound-auth/testing';
import { expect, it } from 'vitest';
import { TokenRequestError } from '../../src/errors.ts';
import type { OutboundAuthEvent } from '../../src/events.ts';
import { HeldAccessToken } from '../../src/tokens/access-token.ts';
import { ObservedTokenSource } from '../../src/tokens/observed.ts';
import { requestOf, ScriptedSource, tokenOf } from './scripted-source.ts';

function scene() {
  const clock = manualClock();
  const events: OutboundAuthEvent[] = [];
  const source = new ScriptedSource();
  const observed = new ObservedTokenSource(source, 'billing', clock, (event) => events.push(event));
  return { clock, events, source, observed };
}

it('tells of a token request and how long it took', async () => {
  const { clock, events, source, observed } = scene();
  const waiting = observed.getToken(requestOf('a'));
  await clock.advance(120);
  source.at(0).give(tokenOf('first', clock.now(), 1_000));
  await waiting;
  expect(events).toEqual([
    { type: 'token.requested', client: 'billing', reason: 'absent' },
    {
      type: 'token.received',
      client: 'billing',
      reason: 'absent',
      durationMs: 120,
      expiresAt: clock.now() + 1_000,
      scope: undefined,
    },
  ]);
});

it('tells of a failure and passes it on', async () => {
  const { events, source, observed } = scene();
  const error = new TokenRequestError('no', { code: 'token_endpoint_failed', client: 'billing' });
  const waiting = observed.getToken(requestOf('a'));
  source.at(0).fail(error);
  await expect(waiting).rejects.toBe(error);
  expect(events.at(-1)).toEqual({ type: 'token.failed', client: 'billing', reason: 'absent', error });
});

it('tells when less was granted than asked for, and only then', async () => {
  const { clock, events, source, observed } = scene();
  const grant = async (requested: string, granted: string) => {
    const waiting = observed.getToken({ ...requestOf('a'), scope: requested });
    source.asked
      .at(-1)
      ?.give(new HeldAccessToken({ value: 't', obtainedAt: 0, expiresAt: clock.now(), scope: granted }));
    await waiting;
  };
  await grant('read write', 'write read extra');
  expect(events.map(({ type }) => type)).not.toContain('token.scope_narrowed');
  await grant('read write', 'read');
  expect(events.at(-1)).toEqual({
    type: 'token.scope_narrowed',
    client: 'billing',
    requested: 'read write',
    granted: 'read',
  });
});

it('counts what succeeded and what failed, and keeps the last failure with its time', async () => {
  const { clock, source, observed } = scene();
  expect([observed.succeeded, observed.failed, observed.last]).toEqual([0, 0, undefined]);
  const end = async (error?: Error): Promise<void> => {
    const waiting = observed.getToken(requestOf('a'));
    const asked = source.at(source.asked.length - 1);
    if (error === undefined) asked.give(tokenOf('a token', clock.now(), 1_000));
    else asked.fail(error);
    await waiting.catch(() => undefined);
  };
  const error = new TokenRequestError('no', { code: 'token_endpoint_failed', client: 'billing' });
  await end(error);
  const at = clock.now();
  await clock.advance(5_000);
  await end();
  await end(new TypeError('a bug of ours, which is no event'));
  expect([observed.succeeded, observed.failed, observed.last]).toEqual([1, 2, { at, error }]);
});

it('tells of no token request where none is sent, but of the failure', async () => {
  const { clock, events } = scene();
  const error = new TokenRequestError('no', { code: 'token_request_timeout', client: 'billing' });
  const emit = (event: OutboundAuthEvent): void => void events.push(event);
  const observed = new ObservedTokenSource({ getToken: () => Promise.reject(error) }, 'billing', clock, emit);
  await expect(observed.getToken(requestOf('a'))).rejects.toBe(error);
  expect(events).toEqual([{ type: 'token.failed', client: 'billing', reason: 'absent', error }]);
  expect([observed.failed, observed.last?.error]).toEqual([0, error]);
});
