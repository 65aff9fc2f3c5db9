import { vi } from 'vitest';

/** A second copy of core, as where an ESM and a CommonJS build meet. */
export function otherCore(): Promise<typeof import('./core.ts')> {
  vi.resetModules();
  return import('./core.ts');
}
