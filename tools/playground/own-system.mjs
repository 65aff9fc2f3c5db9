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

const flags = { attachTo: '--call', clientSecret: '--client-secret-env' };

/** `clients.yours.tokenEndpoint` → `--token-endpoint` */
function flagOf(path) {
  const option = path.replace(/^clients\.yours\./, '').replace(/\[\d+\]$/, '');
  return flags[option] ?? `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

async function getToken(auth, command) {
  const start = performance.now();
  try {
    const token = await auth.client('yours').getAccessToken();
    return { token, ms: Math.round(performance.now() - start) };
  } catch (error) {
    if (!isOutboundAuthError(error)) throw error;
    throw new PlainError(`No token: ${withoutOptions(error.message)}.`, remedyFor(error, command));
  }
}

/** Core's last sentence says what to do in terms of its options; here there are flags. */
function withoutOptions(message) {
  return message.replace(/^client 'yours': /, '').replace(/\. [A-Z][^.]*$/, '');
}

function remedyFor({ code, server }, { secretName, tokenEndpoint }) {
  const endpoint = tokenEndpoint === undefined ? '--issuer' : '--token-endpoint';
  switch (code) {
    case 'token_request_refused':
      return server?.status === 401 || server?.error === 'invalid_client'
        ? `Check --client-id, and that ${secretName} holds its present secret.`
        : 'Check --scope and --audience, and that the client may use the grant client_credentials.';
    case 'invalid_token_response':
      return `Check ${endpoint}: what answers there is no token endpoint (a sign-in page, a proxy?).`;
    case 'discovery_failed':
      return 'Check --issuer to the letter, or give --token-endpoint instead.';
    case 'token_request_timeout':
      return `Check ${endpoint}, and that no firewall or proxy lies between here and there.`;
    case 'token_endpoint_unreachable':
      return `Check ${endpoint} (host and port), and that the server runs and can be reached from here.`;
    default:
      return `The fault seems to be on the server's side: look at its log, then at ${endpoint}.`;
  }
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
