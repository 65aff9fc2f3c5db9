import { Refusal } from './refusal.mjs';

/** Without its parameters: `text/plain; charset=utf-8` → `text/plain`; `''` where there is none. */
export function mediaType(request) {
  return (request.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
}

/**
 * The parameters of a form body, by RFC 6749 §3.2: none is repeated, an empty one counts as omitted.
 *
 * @throws {Refusal} 400 `invalid_request`
 */
export function readForm(bytes) {
  const parameters = new Map();
  for (const pair of textOf(bytes).split('&').filter(Boolean)) {
    const [name, value] = [pair.replace(/=.*/s, ''), pair.replace(/^[^=]*=?/, '')].map(decodeFormText);
    if (name === undefined || value === undefined) throw malformed('The body is not form-encoded.');
    if (parameters.has(name)) throw malformed('A parameter is repeated.');
    parameters.set(name, value);
  }
  return withoutEmpty(parameters);
}

/**
 * The members of a JSON body, all of them texts.
 *
 * @throws {Refusal} 400 `invalid_request`
 */
export function readJson(bytes) {
  const members = parse(textOf(bytes));
  if (typeof members !== 'object' || members === null || Array.isArray(members)) {
    throw malformed('The body is not a JSON object.');
  }
  const parameters = new Map(Object.entries(members));
  if (![...parameters.values()].every((value) => typeof value === 'string')) throw malformed('A member is not a text.');
  return withoutEmpty(parameters);
}

/** `a+b%20c` → `a b c`; undefined if it isn't form-encoded UTF-8. */
export function decodeFormText(text) {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

/** Credentials in an address end up in access logs: RFC 6749 §2.3.1 forbids them there. */
export function refuseQuery(request) {
  if (request.url.includes('?')) throw malformed('Parameters go in the body, not in the address.');
}

function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('The body is not JSON.');
  }
}

function withoutEmpty(parameters) {
  return new Map([...parameters].filter(([, value]) => value !== ''));
}

function malformed(description) {
  return new Refusal(400, 'invalid_request', description);
}
