// Run as a process of its own, where the package undici cannot be found: makes calls, and prints what came of each.
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';

// The same file is the process, and the hooks that it registers.
export function resolve(specifier, context, next) {
  if (specifier !== 'undici') return next(specifier, context);
  throw Object.assign(new Error("Cannot find package 'undici'"), { code: 'ERR_MODULE_NOT_FOUND' });
}

export { load } from '../load-typescript.mjs';

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  register(import.meta.url);
  const { createOutboundAuth, tlsClientAuth } = await import('../../src/index.ts');
  const call = async ({ options, certificate, address }) => {
    const { billing } = options.clients;
    if (certificate !== undefined) billing.clientAuthentication = tlsClientAuth(certificate);
    const { status } = await createOutboundAuth(options).fetch(address);
    return { status };
  };
  const told = ({ code, message }) => ({ code, message });
  const calls = JSON.parse(process.argv[2]);
  console.log(JSON.stringify(await Promise.all(calls.map((given) => call(given).catch(told)))));
}
