import { parseArgs } from 'node:util';
import { PlainError } from './plain-error.mjs';

export const help = `npm start
    Eight small apps (four by the adapters for Express, Koa, NestJS and Axios, four by the providers for four vendors'
    systems) call APIs. The adapters' API is protected by a real authorization server, the vendors' systems are emulated;
    tokens live 5 seconds. Prints what came of it. Takes about half a minute.

npm start -- --serve
    Keeps the adapters' four apps and their API up, with curl lines to try. Ctrl-C ends it.

npm start -- --token-endpoint URL --client-id ID --client-secret-env NAME --call URL
    Gets a token from your own authorization server (client credentials, HTTP Basic), calls the URL with it (GET), and
    prints status, timing and token facts, never the token.

    --token-endpoint URL        where tokens are requested; this or --issuer
    --issuer URL                the issuer, whose token endpoint is discovered
    --client-id ID              your client
    --client-secret-env NAME    the environment variable that holds its secret
    --scope S                   scopes to ask for, separated by spaces
    --audience A                audience to ask for
    --call URL                  the address to call; its origin alone gets the token`;

const askHelp = 'npm start -- --help lists all flags.';

const options = {
  help: { type: 'boolean' },
  serve: { type: 'boolean' },
  'token-endpoint': { type: 'string' },
  issuer: { type: 'string' },
  'client-id': { type: 'string' },
  'client-secret-env': { type: 'string' },
  scope: { type: 'string' },
  audience: { type: 'string' },
  call: { type: 'string' },
};

/** Reads the command line. Throws a PlainError for whatever is wrong with it. */
export function readCommand(argv) {
  const { help: wantsHelp, serve, ...flags } = parse(argv);
  if (wantsHelp) return { mode: 'help' };
  const given = Object.keys(flags);
  if (serve && given.length > 0) {
    throw new PlainError(`--serve and --${given[0]} don't go together.`, `Give one of the two. ${askHelp}`);
  }
  if (given.length > 0) return ownSystem(flags);
  return { mode: serve ? 'serve' : 'demo' };
}

function parse(argv) {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    const flag = argv.find((arg) => arg.startsWith('-') && error.message.includes(`'${arg.split('=')[0]}`));
    if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw new PlainError(`There is no flag ${flag}.`, askHelp);
    if (error.code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') throw error;
    throw new PlainError(error.message.split('\n')[0], `Give each flag its value: --flag VALUE. ${askHelp}`);
  }
  const [stray] = parsed.positionals;
  if (stray !== undefined) throw new PlainError(`'${stray}' belongs to no flag.`, askHelp);
  for (const [name, value] of Object.entries(parsed.values)) {
    if (value === '') throw new PlainError(`--${name} is empty.`, `Give it a value, or leave it out. ${askHelp}`);
  }
  return parsed.values;
}

function ownSystem(flags) {
  const needed = ['client-id', 'client-secret-env', 'call'].filter((name) => flags[name] === undefined);
  const missing = needed.map((name) => `--${name}`);
  if (flags['token-endpoint'] === undefined && flags.issuer === undefined)
    missing.unshift('--token-endpoint (or --issuer)');
  if (missing.length > 0) {
    throw new PlainError(`Missing: ${missing.join(', ')}.`, `To try your own system give all of them. ${askHelp}`);
  }
  for (const name of ['token-endpoint', 'issuer', 'call']) {
    if (flags[name] !== undefined) checkAddress(name, flags[name]);
  }
  return {
    mode: 'own-system',
    tokenEndpoint: flags['token-endpoint'],
    issuer: flags.issuer,
    clientId: flags['client-id'],
    clientSecret: readSecret(flags['client-secret-env']),
    secretName: flags['client-secret-env'],
    scope: flags.scope,
    audience: flags.audience,
    call: flags.call,
  };
}

function checkAddress(name, text) {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return;
  throw new PlainError(
    `--${name}: '${text}' is not a web address.`,
    'Give it whole, as in https://idp.example.com/token.',
  );
}

function readSecret(name) {
  const secret = process.env[name];
  if (secret) return secret;
  throw new PlainError(
    `The environment variable ${name} (--client-secret-env) is ${secret === undefined ? 'not set' : 'empty'}.`,
    `Set it to the client secret, and export it, before npm start. The flag takes the variable's name, not the secret.`,
  );
}
