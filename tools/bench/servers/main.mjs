// The servers of all measurements, in a process of their own: POST /realms makes a realm; its parts are under /ID/….
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { Realm } from './realm.mjs';

const realms = new Map();
const challenge = { 'www-authenticate': 'Bearer error="invalid_token"' };

const parts = {
  api: (realm, { headers }, response) => {
    const status = realm.api(headers.authorization);
    send(response, status, { ok: status === 200 }, status === 401 ? challenge : {});
  },
  token: async (realm, request, response) => {
    request.resume();
    const { status, body } = await realm.token(request.headers.dpop);
    send(response, status, body);
  },
  report: (realm, request, response) => send(response, 200, realm.report()),
  revoke: (realm, request, response) => send(response, 200, realm.revokeAll() ?? {}),
};

async function makeRealm(request, response) {
  const id = String(realms.size + 1);
  realms.set(id, new Realm(await json(request)));
  send(response, 200, { id });
}

function send(response, status, body, headers = {}) {
  const text = JSON.stringify(body);
  response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': text.length });
  response.end(text);
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const [, id, part] = request.url.split('/', 3);
  if (id === 'realms') void makeRealm(request, response);
  else void parts[part](realms.get(id), request, response);
});
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
// Whoever started it is gone, however it ended.
process.on('disconnect', () => process.exit());
