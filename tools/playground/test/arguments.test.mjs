import { describe, expect, it, vi } from 'vitest';
import { patience, playground } from './playground.mjs';

vi.setConfig(patience);

const whole = [
  '--token-endpoint',
  'https://idp.example/token',
  '--client-id',
  'orders',
  '--client-secret-env',
  'SECRET',
];
const secret = { SECRET: 'a secret' };

describe('the command line', () => {
  it('is explained by --help', async () => {
    const { code, stdout } = await playground(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/--client-secret-env NAME/);
    expect(stdout).toMatch(/Eight small apps \(.*four.*four/s);
  });

  const mistakes = [
    { what: 'an unknown flag', args: ['--tokenendpoint', 'x'], says: /^There is no flag --tokenendpoint\./ },
    { what: 'an unknown flag with =', args: ['--tokenendpoint=x'], says: /^There is no flag --tokenendpoint=x\./ },
    { what: 'an unknown short flag', args: ['-x'], says: /^There is no flag -x\./ },
    { what: 'a flag without its value', args: ['--client-id'], says: /--client-id <value>' argument missing/ },
    {
      what: 'a flag in place of a value',
      args: ['--client-id', '--scope', 'a'],
      says: /'--client-id' argument is ambiguous/,
    },
    { what: 'an empty value', args: ['--client-id='], says: /^--client-id is empty\./ },
    { what: 'a value for a flag that takes none', args: ['--serve=yes'], says: /'--serve' does not take an argument/ },
    { what: 'a stray word', args: ['https://api.example'], says: /^'https:\/\/api\.example' belongs to no flag\./ },
    { what: 'two modes', args: ['--serve', '--scope', 'a'], says: /^--serve and --scope don't go together\./ },
    {
      what: 'half of the flags',
      args: ['--client-id', 'orders'],
      says: /^Missing: --token-endpoint \(or --issuer\), --client-secret-env, --call\./,
    },
    {
      what: 'an address that is none',
      args: [...whole, '--call', 'api.example'],
      says: /^--call: 'api\.example' is not a web address\./,
    },
    {
      what: 'a variable that is not set',
      args: [...whole, '--call', 'https://api.example'],
      env: {},
      says: /^The environment variable SECRET \(--client-secret-env\) is not set\./,
    },
    {
      what: 'an empty variable',
      args: [...whole, '--call', 'https://api.example'],
      env: { SECRET: '' },
      says: /^The environment variable SECRET \(--client-secret-env\) is empty\./,
    },
  ];
  for (const { what, args, env = secret, says } of mistakes) {
    it(`with ${what} is refused, and told how to mend`, async () => {
      const { code, stdout, stderr } = await playground(args, env);
      const [problem, remedy, ...rest] = stderr.trim().split('\n');
      expect(problem).toMatch(says);
      expect(remedy).toMatch(/^→ \w/);
      expect({ code, stdout, rest }).toEqual({ code: 1, stdout: '', rest: [] });
    });
  }
});
