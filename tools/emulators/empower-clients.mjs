import { clientByBasic } from './http/basic-client.mjs';
import { Refusal } from './http/refusal.mjs';
import { same } from './http/same.mjs';
import { certificateOf } from './mutual-tls.mjs';
import { invalidClient } from './token-route.mjs';
import { assertionType, ClientAssertions } from './tokens/client-assertion.mjs';

/** Authenticates a client in the one way that it is registered for; returns its id or throws a refusal. */
export function clientAuthentication({ clients, audiences, clock }) {
  const assertions = new ClientAssertions(clock);

  const byAssertion = async (request, parameters) => {
    const assertion = parameters.get('client_assertion') ?? '';
    if (parameters.get('client_assertion_type') !== assertionType) throw invalidClient(request, 'assertion type');
    const clientId = ClientAssertions.clientIdOf(assertion);
    const publicKey = clients[clientId]?.publicKey;
    if (publicKey === undefined) throw invalidClient(request, 'unknown');
    const publicKeys = [publicKey].flat();
    const problem = await assertions.problem(assertion, { clientId, publicKeys, audiences });
    if (problem !== undefined) throw invalidClient(request, problem);
    return clientId;
  };

  const byCertificate = (request, parameters) => {
    const clientId = parameters.get('client_id');
    if (!same(certificateOf(request), clients[clientId]?.certificate)) throw invalidClient(request);
    return clientId;
  };

  return async (request, parameters) => {
    const { authorization } = request.headers;
    const hasAssertion = parameters.has('client_assertion') || parameters.has('client_assertion_type');
    const ways = [authorization !== undefined, parameters.has('client_secret'), hasAssertion];
    if (ways.filter(Boolean).length > 1) {
      throw new Refusal(400, 'invalid_request', 'The client authenticates in more than one way.');
    }
    if (parameters.has('client_secret')) throw invalidClient(request, 'secret in the body');
    const clientId =
      authorization === undefined
        ? await (hasAssertion ? byAssertion : byCertificate)(request, parameters)
        : clientByBasic(authorization, clients, 'form');
    if (clientId === undefined) throw invalidClient(request);
    if (![undefined, clientId].includes(parameters.get('client_id'))) throw invalidClient(request, 'two ids');
    return clientId;
  };
}
