import type { AuthorizationServer } from '@outbound-auth/testing';
import newest from 'axios';
import { getEventListeners } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { builds, type Config, http as build } from './builds.ts';
import { failureOf, startScene } from './scene.ts';

/** Holds what the server answers until the test is over. */
function hold(server: AuthorizationServer): void {
  const answers = server.hold();
  onTestFinished(() => {
    answers.release();
  });
}

describe.each(builds)('the timeout of a call, $name,', (build) => {
  it('covers the wait for the token, and says what Axios says', async () => {
    const { api, http, server } = await startScene(build);
    const answers = server.hold();
    const error = await failureOf(http.request({ url: `${api.origin}/v2/invoices`, timeout: 250 }));
    expect(error).toSatisfy(build.isAxiosError);
    expect(error).toMatchObject({
      name: 'AxiosError',
      message: 'timeout of 250ms exceeded',
      code: 'ECONNABORTED',
      config: { url: `${api.origin}/v2/invoices` },
    });
    expect(api.requests).toHaveLength(0);
    answers.release();
    // The token that nobody waited for any more is kept.
    expect((await http.request({ url: `${api.origin}/v2/invoices` })).status).toBe(200);
    expect(server.requests).toHaveLength(1);
  });

  it('covers the wait for another token after a 401', async () => {
    const { api, http, server } = await startScene(build);
    const url = `${api.origin}/v2/invoices`;
    await http.request({ url });
    server.revokeAll();
    hold(server);
    await expect(http.request({ url, timeout: 250 })).rejects.toThrow('timeout of 250ms exceeded');
    expect(api.requests).toHaveLength(2);
  });

  it('leaves the request what the wait did not take', async () => {
    const { api, http, server } = await startScene(build);
    const limits: unknown[] = [];
    const adapter = async (config: Config): Promise<object> => {
      limits.push(config.timeout, config.timeoutErrorMessage);
      return { status: 200, headers: {}, config };
    };
    server.respondOnce({ delay: 50 });
    await http.request({ url: `${api.origin}/v2/invoices`, timeout: 9_000, adapter });
    expect(limits).toEqual([expect.toSatisfy((limit) => limit > 0 && limit <= 8_951), 'timeout of 9000ms exceeded']);
  });

  it('says what the call wants said', async () => {
    const { api, http, server } = await startScene(build);
    hold(server);
    const clarified = { transitional: { clarifyTimeoutError: true }, timeoutErrorMessage: 'too slow' };
    const error = await failureOf(http.request({ url: `${api.origin}/v2/invoices`, timeout: 50, ...clarified }));
    expect(error).toMatchObject({ message: 'too slow', code: 'ETIMEDOUT' });
  });
});

describe.each(builds.filter(({ name }) => name.endsWith('http')))('the timeout of a request, $name,', (build) => {
  const limit = { timeout: 150, timeoutErrorMessage: 'too slow' };

  it('covers a connection that never comes', async () => {
    const neverFound = (): void => undefined;
    const { api, http } = await startScene(build, { lookup: neverFound }, ({ api: origin }) => ({
      attachTo: [origin.replace('127.0.0.1', 'localhost')],
    }));
    const url = `${api.origin.replace('127.0.0.1', 'localhost')}/v2/invoices`;
    const error = await failureOf(http.request({ url, ...limit }));
    expect(error).toSatisfy(build.isAxiosError);
    expect(error).toMatchObject({ message: 'too slow', code: 'ECONNABORTED' });
  });
});

it('the error of a time-out is one of the caller’s own Axios', async () => {
  const { api, http, server } = await startScene(build);
  hold(server);
  const error = await failureOf(http.request({ url: `${api.origin}/v2/invoices`, timeout: 50 }));
  expect(error).toBeInstanceOf(newest.AxiosError);
});

describe.each(builds)('a caller of $name who gives up', (build) => {
  it('by signal waits no longer for the token', async () => {
    const { api, events, http, server } = await startScene(build);
    const caller = new AbortController();
    hold(server);
    const call = failureOf(http.request({ url: `${api.origin}/v2/invoices`, signal: caller.signal }));
    await server.waitForRequests(1);
    caller.abort();
    expect(await call).toSatisfy(build.isCancel);
    expect(events.map(({ type }) => type)).toEqual(['token.requested']);
    expect(api.requests).toHaveLength(0);
  });

  it('by cancelToken waits no longer for the token', async () => {
    const { api, events, http, server } = await startScene(build);
    const { token, cancel } = newest.CancelToken.source();
    hold(server);
    const call = failureOf(http.request({ url: `${api.origin}/v2/invoices`, cancelToken: token }));
    await server.waitForRequests(1);
    cancel('enough');
    expect(await call).toMatchObject({ message: 'enough' });
    expect(events.map(({ type }) => type)).toEqual(['token.requested']);
    expect(api.requests).toHaveLength(0);
  });

  it('after a 401 waits no longer for another token', async () => {
    const { api, events, http, server } = await startScene(build);
    const caller = new AbortController();
    const url = `${api.origin}/v2/invoices`;
    await http.request({ url });
    server.revokeAll();
    hold(server);
    const call = failureOf(http.request({ url, signal: caller.signal }));
    await server.waitForRequests(2);
    caller.abort();
    expect(await call).toSatisfy(build.isCancel);
    expect(events.at(-1)).toMatchObject({ type: 'token.requested', reason: 'rejected' });
    expect(api.requests).toHaveLength(2);
  });

  it('between a 401 and the search for another token is heeded', async () => {
    const { api, http, server } = await startScene(build);
    const caller = new AbortController();
    const url = `${api.origin}/v2/invoices`;
    await http.request({ url });
    server.revokeAll();
    const validateStatus = (): boolean => {
      caller.abort();
      return true;
    };
    expect(await failureOf(http.request({ url, signal: caller.signal, validateStatus }))).toSatisfy(build.isCancel);
    expect(api.requests).toHaveLength(2);
  });

  it('E44 leaves no listener on a signal of long life', async () => {
    const { api, http, server } = await startScene(build);
    const { signal } = new AbortController();
    for (let round = 0; round < 3; round += 1) {
      await http.request({ url: `${api.origin}/v2/invoices`, signal });
      server.revokeAll();
    }
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
