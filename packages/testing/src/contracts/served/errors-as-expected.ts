import { isOutboundAuthError } from '@outbound-auth/core';
import assert from 'node:assert/strict';
import { exposedSecrets } from '../../exposed-secrets.ts';
import { errorsOfTheService, type ErrorCause } from './error-causes.ts';
import type { ServedScenario, ServedSuite } from './served-scenario.ts';
import { errorsOfTokens } from './token-causes.ts';

/** What the framework's own error handling makes of a call that fails. */
export function errorsAsExpected({ test }: ServedSuite): void {
  for (const cause of [...errorsOfTheService, ...errorsOfTokens]) {
    const { code, what, status, changes } = cause;
    const title = `E37 E25 answers ${status} to ${what} (${code}), and shows nothing of why`;
    test(title, (scene) => failsAsExpected(cause, scene), changes && { changes });
  }
}

async function failsAsExpected({ code, status, retryAfter, work }: ErrorCause, scene: ServedScenario): Promise<void> {
  const { api, answer, call, log } = scene;
  let thrown: unknown;
  answer(async ({ outbound }) => {
    try {
      await (work?.(outbound, scene) ?? outbound.fetch(`${api.origin}/own`));
    } catch (error) {
      thrown = error;
      throw error;
    }
    return 'no error';
  });
  const response = await call();
  const text = await response.text();
  assert.ok(isOutboundAuthError(thrown), `the call failed by another error: ${String(thrown)}`);
  const { message } = thrown;
  assert.deepEqual([thrown.code, thrown.status], [code, status]);
  assert.equal(response.status, status);
  assert.equal(/^[1-9]\d*$/.test(response.headers.get('retry-after') ?? ''), retryAfter === true, 'Retry-After');
  // In production a user of the service learns nothing; its operator learns all but the secrets.
  assert.ok(!text.includes(message) && !text.includes(code) && !text.includes('    at '), text);
  await log.tells(message);
  assert.deepEqual(exposedSecrets([text, [...response.headers], log.values, thrown], secretsOf(scene)), []);
}

function secretsOf({ server, client }: ServedScenario): string[] {
  const credentials = server.requests.flatMap(({ headers }) => headers['authorization']?.replace(/^Basic /, '') ?? []);
  const tokens = server.issuedTokens.map(({ accessToken }) => accessToken);
  return [client.clientSecret, ...credentials, ...tokens];
}
