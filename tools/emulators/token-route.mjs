import { mediaType, readForm, refuseQuery } from './http/parameters.mjs';
import { Refusal } from './http/refusal.mjs';

export const formType = 'application/x-www-form-urlencoded';

/** A token endpoint as a route for `serve()`; `answer` returns the body of its 200, or throws what is wrong. */
export function tokenRoute({ path, log, answer }) {
  return {
    path,
    methods: ['POST'],
    log,
    answer: async (request, bytes, entry) => {
      refuseQuery(request);
      return { status: 200, verdict: 'issued', body: await answer(request, bytes, entry) };
    },
  };
}

/**
 * The parameters of a token request that must be a form.
 *
 * @param status - what the server answers to any other content type
 */
export function formParameters(request, bytes, entry, status) {
  if (mediaType(request) !== formType)
    throw new Refusal(status, 'invalid_request', `Content-Type must be ${formType}.`);
  return noted(entry, readForm(bytes));
}

/** Notes in the log what a token request asks for; of the rest only the names. */
export function noted(entry, parameters) {
  const [grant, scope, audience] = ['grant_type', 'scope', 'audience'].map((name) => parameters.get(name));
  Object.assign(entry, { grant, scope, audience, parameters: [...parameters.keys()] });
  return parameters;
}

/** @throws {Refusal} for a missing grant_type, and for one that the endpoint doesn't have */
export function checkGrant(parameters, grants, status = 400) {
  const grant = parameters.get('grant_type');
  if (grant === undefined) throw new Refusal(400, 'invalid_request', 'grant_type is missing.');
  if (!grants.includes(grant)) throw new Refusal(status, 'unsupported_grant_type', 'This grant is not offered here.');
  return grant;
}

/** RFC 6749 §5.2: the challenge is due to a client that came by the Authorization header. */
export function invalidClient({ headers }, reason) {
  const challenge = headers.authorization && { 'www-authenticate': 'Basic realm="token", charset="UTF-8"' };
  return new Refusal(401, 'invalid_client', 'Client authentication failed.', { headers: challenge, reason });
}
