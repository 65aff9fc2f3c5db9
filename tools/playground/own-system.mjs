import { createOutboundAuth, isOutboundAuthError } from '@outbound-auth/core';
import { PlainError } from './plain-error.mjs';

/** Gets a token from the user's own server, calls the user's own API, and prints facts of both. Returns the exit code. */
export async function tryOwnSystem(command) {
  const auth = createAuth(command);
  try {
    const { token, ms: tokenTime } = await getToken(auth, command);
    console.log(`\ntoken   got in ${tokenTime} ms: ${factsOf(token)}`);
    const { response, ms: callTime } = await makeCall(auth, command);
    const { status, statusText } = response;
    console.log(`call    GET ${command.call} → ${status}${statusText && ` ${statusText}`} in ${callTime} ms`);
    if (response.ok) return 0;
    throw new PlainError(`The API answered ${status}.`, remedyForStatus(status));
  } finally {
    await auth.close();
  }
}

function createAuth({ tokenEndpoint, issuer, clientId, clientSecret, scope, audience, call }) {
  const client = { clientId, clientSecret, attachTo: [new URL(call).origin] };
  const given = Object.entries({ tokenEndpoint, issuer, scope, audience }).filter(([, value]) => value !== undefined);
  try {
    return createOutboundAuth({ clients: { yours: { ...client, ...Object.fromEntries(given) } } });
  } catch (error) {
    if (!isOutboundAuthError(error)) throw error;
    const problems = error.problems ?? [{ path: '', message: error.message }];
    const lines = problems.map(({ path, message }) => `${flagOf(path)}: ${message}`);
    throw new PlainError(lines.join('\n'), 'Mend the flags named above. npm start -- --help explains each.');
  }
}

/** Core speaks of options; here there are flags. */
const flags = {
  tokenEndpoint: '--token-endpoint',
  issuer: '--issuer',
  clientId: '--client-id',
  clientSecret: '--client-secret-env',
  scope: '--scope',
  audience: '--audience',
  attachTo: '--call',
};

/** `clients.yours.attachTo[0]` → `--call` */
function flagOf(path) {
  const option = path.replace(/^clients\.yours\./, '').replace(/\[\d+\]$/, '');
  return flags[option] ?? path;
}

async function getToken(auth, command) {
  const start = performance.now();
  try {
    const token = await auth.client('yours').getAccessToken();
    return { token, ms: Math.round(performance.now() - start) };
  } catch (error) {
    if (!isOutboundAuthError(error)) throw error;
    throw noToken(error, command);
  }
}

/** Core's error in the terms of the command line: its last sentence says what to do, where there is one. */
export function noToken({ message }, { tokenEndpoint }) {
  const endpoint = tokenEndpoint === undefined ? 'issuer' : 'tokenEndpoint';
  const said = message.replace(/^client 'yours': /, '');
  const parts = /^(?<problem>.*)\. (?<remedy>[A-Z].*)$/s.exec(said)?.groups;
  const timeout = { problem: said, remedy: `Check ${endpoint}, and that no firewall or proxy is in the way` };
  const { problem, remedy } = parts ?? timeout;
  const inFlags = remedy
    .replace('its address', endpoint)
    .replace(/\w+/g, (word) => (Object.hasOwn(flags, word) ? flags[word] : word));
  return new PlainError(`No token: ${problem}.`, inFlags.endsWith('?') ? inFlags : `${inFlags}.`);
}

function factsOf({ tokenType, value, obtainedAt, expiresAt, scope }) {
  const form = value.split('.').length === 3 ? 'a JWT' : 'opaque';
  const lifetime = `${Math.round((expiresAt - obtainedAt) / 1000)} s (until ${new Date(expiresAt).toISOString()})`;
  return `${tokenType}, ${form}, good for ${lifetime}, scope ${scope === undefined ? 'not told' : `'${scope}'`}`;
}

async function makeCall(auth, { call }) {
  const start = performance.now();
  try {
    const response = await auth.fetch(call);
    const ms = Math.round(performance.now() - start);
    await response.body?.cancel();
    return { response, ms };
  } catch (error) {
    if (isOutboundAuthError(error))
      throw new PlainError(`The call could not be made: ${error.message}.`, 'Check --call.');
    const reason = error.cause?.code ?? error.cause?.message ?? error.message;
    throw new PlainError(
      `${call} cannot be reached (${reason}).`,
      'Check --call, and that the API runs and can be reached.',
    );
  }
}

function remedyForStatus(status) {
  if (status === 401)
    return 'It takes no token of this client, nor a new one: check --audience and --scope against what the API wants.';
  if (status === 403) return 'The token is good, but does not allow this: check --scope and what the client may do.';
  if (status === 404) return 'Token and API work; check the path in --call.';
  return 'The token was sent; what the status means is for the API to say.';
}
