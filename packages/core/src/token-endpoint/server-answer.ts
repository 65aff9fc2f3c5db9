import { parseChallenges } from '../challenge.ts';
import type { ServerAnswer } from '../error-details.ts';
import type { Secrets } from '../redact.ts';

/** The members of a JSON answer, or the parameters of a challenge. */
type Members = ReadonlyMap<string, unknown>;

// EmpowerID, among others, fills every member.
const absent = new Set<unknown>(['', 'null', null, false]);

export function present(value: unknown): unknown {
  return absent.has(value) ? undefined : value;
}

/** What a server says went wrong: RFC 6749 §5.2, and what servers say instead. */
export function serverAnswer(
  response: Response,
  body: string,
  members: Members | undefined,
  secrets: Secrets,
): ServerAnswer {
  const code = firstText(members, ['error', 'errorCode', 'code']);
  const challenge = challengeOf(response, code);
  const error = code ?? firstText(challenge, ['error']);
  const description =
    firstText(members, ['error_description', 'errorSummary', 'message', 'detail']) ??
    firstText(challenge, ['error_description']) ??
    plainText(response, body);
  return {
    status: response.status,
    ...(error === undefined ? {} : { error: oneLine(secrets.redact(error, 100)) }),
    ...(description === undefined ? {} : { errorDescription: oneLine(secrets.redact(description, 500)) }),
  };
}

/** A stranger's words without what would begin a new line in a log, or colour it. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The same, as part of a sentence. */
export function answered({ status, error, errorDescription }: ServerAnswer): string {
  const said = [error, errorDescription].filter((text) => text !== undefined).join(': ');
  return `answered ${status}${said === '' ? ' without a word' : ` (${said})`}`;
}

/** What its challenge says of the same error, or of any where the body names none. */
function challengeOf(response: Response, error: string | undefined): Members | undefined {
  const challenges = parseChallenges(response.headers.get('www-authenticate') ?? '');
  const saying = challenges.filter(({ parameters }) => parameters.has('error') || parameters.has('error_description'));
  return saying.find(({ parameters }) => error === undefined || parameters.get('error') === error)?.parameters;
}

/** The first of these members that holds a text. */
function firstText(members: Members | undefined, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = present(members?.get(name));
    if (typeof value === 'string') return value;
  }
  return undefined;
}

// Many servers send their own words as `text/html`, or as nothing at all. What has a tag in it is a page; broken JSON,
// and a form, may hold a token.
function plainText(response: Response, body: string): string | undefined {
  const text = body.trim();
  const plain = /^text\/|^$/i.test(response.headers.get('content-type') ?? '') && !/[<{]|_token=/.test(text);
  return plain && text !== '' ? text : undefined;
}
