import { basicText, nameAndPassword } from './http/basic.mjs';
import { Refusal } from './http/refusal.mjs';
import { same } from './http/same.mjs';

/** The grants of EmpowerID by name; each returns the body of its 200, or throws what is wrong. */
export function empowerIdGrants({ users, tokens, refreshTokens, audience, tokenLifetime }) {
  const byFamily = new Map();
  const issue = async (person, clientId, family) => {
    const token = await tokens.issue({ sub: person, aud: audience, client_id: clientId });
    byFamily.set(family, [...(byFamily.get(family) ?? []), token]);
    return { access_token: token, token_type: 'Bearer', expires_in: tokenLifetime };
  };
  return {
    password: async (request, clientId) => {
      const person = personOf(request, users);
      const { token, family } = refreshTokens.issue(clientId, person);
      const rest = { refresh_token: token, id_token: 'null', error: '', error_description: 'null' };
      return { ...(await issue(person, clientId, family)), ...rest };
    },
    refresh_token: async (request, clientId, parameters) => {
      // The person need not come again; one who comes must be the right one.
      const person = request.headers.authorization === undefined ? undefined : personOf(request, users);
      const used = refreshTokens.use(parameters.get('refresh_token'), { clientId, person });
      for (const token of byFamily.get(used.endedFamily) ?? []) tokens.revoke(token);
      if (used.problem !== undefined) throw invalidGrant('The refresh token is not valid.', used.problem);
      const rest = { refresh_token: used.next, id_token: null, id: '00000000-0000-0000-0000-000000000000' };
      return { ...(await issue(used.person, clientId, used.family)), ...rest };
    },
  };
}

function personOf({ headers }, users) {
  const [person, password] = nameAndPassword(basicText(headers.authorization) ?? ':');
  if (!same(password, users[person])) throw invalidGrant('The username or password is wrong.', 'person');
  return person;
}

function invalidGrant(description, reason) {
  return new Refusal(400, 'invalid_grant', description, { reason });
}
