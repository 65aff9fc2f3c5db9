import { type ModuleRef, ModulesContainer } from '@nestjs/core';
import { type OutboundAuth, OptionsError } from '@outbound-auth/core';
import { AuthLifecycle } from './auth-lifecycle.ts';
import { getOutboundAuthToken } from './tokens.ts';

/**
 * The instance of this name, of all modules.
 *
 * @param path What gave the name, for the message.
 * @throws {OptionsError} that tells the names that there are.
 */
export function instanceNamed(moduleRef: ModuleRef, name: string | undefined, path: string): OutboundAuth<string> {
  try {
    return moduleRef.get<OutboundAuth<string>>(getOutboundAuthToken(name), { strict: false });
  } catch {
    const known = instanceNames(moduleRef).map((one) => (one === undefined ? 'the one without a name' : `'${one}'`));
    const message = `there is no instance ${name === undefined ? 'without a name' : `'${name}'`}; there are: ${known.join(', ')}`;
    throw new OptionsError([{ path, message }]);
  }
}

function instanceNames(moduleRef: ModuleRef): readonly (string | undefined)[] {
  const modules = [...moduleRef.get(ModulesContainer, { strict: false }).values()];
  return modules.flatMap(({ providers }) => {
    const lifecycle: unknown = providers.get(AuthLifecycle)?.instance;
    return lifecycle instanceof AuthLifecycle ? [lifecycle.name] : [];
  });
}
