import { vi } from 'vitest';

let other: Promise<typeof import('./core.ts')> | undefined;

/** A second copy of core, as where an ESM and a CommonJS build meet. */
export function otherCore(): Promise<typeof import('./core.ts')> {
  if (other === undefined) {
    vi.resetModules();
    other = import('./core.ts');
  }
  return other;
}
