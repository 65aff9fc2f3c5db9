const rule =
  'must be an address such as redis://host:6379, rediss://user:password@host:6380/0 or unix:///run/redis.sock, ' +
  'or a function that gives one (for example env(…))';

/** What is wrong with an address; undefined if nothing is. It is never shown: there may be a password in it. */
export function addressProblem(address: unknown, options: unknown, where = 'clientOptions'): string | undefined {
  if (typeof address !== 'string') return rule;
  if (address.startsWith('unix:')) return isLocal(address) ? undefined : rule;
  const protocol = protocolOf(address);
  if (protocol !== 'redis:' && protocol !== 'rediss:') return rule;
  const tls = tlsOf(options);
  if (tls === undefined || tls === (protocol === 'rediss:')) return undefined;
  return `begins with ${protocol}//, and ${where}.socket.tls is ${tls}; make them agree`;
}

/** @throws {TypeError} without the address in it, unlike the errors of `URL` and of the client. */
export function assertAddress(address: unknown, clientOptions: unknown): asserts address is string {
  const problem = addressProblem(address, clientOptions);
  if (problem !== undefined) throw new TypeError(`the url of the Redis store ${problem}`);
}

/** With a path, and what the client decodes. */
function isLocal(address: string): boolean {
  try {
    return /^unix:\/\/(?:[^@/]*@)?\/[^?#]/.test(decodeURIComponent(address));
  } catch {
    return false;
  }
}

function protocolOf(address: string): string | undefined {
  try {
    const { protocol, hostname, username, password } = new URL(address);
    // The client decodes them, and would show them when it can't.
    decodeURIComponent(username + password);
    return hostname === '' ? undefined : protocol;
  } catch {
    return undefined;
  }
}

function tlsOf(clientOptions: unknown): boolean | undefined {
  if (typeof clientOptions !== 'object' || clientOptions === null || !('socket' in clientOptions)) return undefined;
  const { socket } = clientOptions;
  if (typeof socket !== 'object' || socket === null || !('tls' in socket)) return undefined;
  return typeof socket.tls === 'boolean' ? socket.tls : undefined;
}
