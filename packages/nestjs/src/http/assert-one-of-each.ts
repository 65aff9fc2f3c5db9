import type { InjectionToken } from '@nestjs/common';
import { type ModuleRef, ModulesContainer } from '@nestjs/core';
import { OutboundAuthError } from '@outbound-auth/core';

/**
 * Makes sure that no module has two `OutboundHttpModule`s to inject one thing from: Nest would take that which it finds
 * first.
 *
 * @param what What is injected, as a user knows it.
 * @throws {OutboundAuthError} with the code `invalid_options`.
 */
export function assertOneOfEach(moduleRef: ModuleRef, metatype: unknown, token: InjectionToken, what: string): void {
  const modules = [...moduleRef.get(ModulesContainer, { strict: false }).values()];
  const exporting = modules.filter((module) => module.metatype === metatype && module.exports.has(token));
  refuseTwo('The application', 'has', exporting.filter(({ isGlobal }) => isGlobal).length, 'global ', what);
  // Those that a module imports itself go before global ones.
  const own = exporting.filter(({ isGlobal }) => !isGlobal);
  for (const { name, imports } of modules) {
    refuseTwo(name, 'imports', own.filter((module) => imports.has(module)).length, '', what);
  }
}

function refuseTwo(who: string, has: string, count: number, kind: string, what: string): void {
  if (count < 2) return;
  const message = `${who} ${has} ${count} ${kind}OutboundHttpModules that export ${what}, and each class would get the first that Nest finds. Import each into a module of its own, with those who inject it`;
  throw new OutboundAuthError(message, { code: 'invalid_options' });
}
