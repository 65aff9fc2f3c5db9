import { type ModuleRef, ModulesContainer } from '@nestjs/core';
import { OutboundAuthError } from '@outbound-auth/core';
import { getOutboundAuthToken } from './tokens.ts';

/**
 * Makes sure that no two modules are global with one name: Nest would inject that which it finds first.
 *
 * @throws {OutboundAuthError} with the code `invalid_options`.
 */
export function assertSole(moduleRef: ModuleRef, name: string | undefined): void {
  const modules = [...moduleRef.get(ModulesContainer, { strict: false }).values()];
  const alike = modules.filter(({ isGlobal, providers }) => isGlobal && providers.has(getOutboundAuthToken(name)));
  if (alike.length < 2) return;
  const what = name === undefined ? 'without a name' : `with the name '${name}'`;
  const message = `${alike.length} OutboundAuthModules ${what} are global, and each class would get the first that Nest finds. Give all but one a name of its own, or isGlobal: false`;
  throw new OutboundAuthError(message, { code: 'invalid_options' });
}
