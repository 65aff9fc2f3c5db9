import { request as requestByTls } from 'node:https';

/** Sends one request; the answer as `{ status, headers, body }`, the body parsed. */
export async function ask(address, { method = 'GET', headers = {}, body } = {}) {
  const response = await fetch(address, { method, headers, body });
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.json() };
}

/** The same by HTTPS, with the certificates in `tls`. */
export function askByTls(address, { method = 'GET', headers = {}, body, tls } = {}) {
  return new Promise((resolve, reject) => {
    const request = requestByTls(address, { method, headers, agent: false, ...tls }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode, headers: response.headers, body: JSON.parse(text) });
    });
    request.on('error', reject).end(body === undefined ? undefined : String(body));
  });
}

/** A token request with a form body; `headers` may say another content type. */
export function tokenRequest(parameters, headers = {}) {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: String(new URLSearchParams(parameters)),
  };
}

export function basic(name, password) {
  return { authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

export function bearer(token, headers = {}) {
  return { headers: { authorization: `Bearer ${token}`, ...headers } };
}

/** A clock that stands still until it is told to move, in seconds. */
export function stillClock() {
  let time = Date.now();
  return { now: () => time, advance: (seconds) => (time += seconds * 1000) };
}
