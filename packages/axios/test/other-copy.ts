import { vi } from 'vitest';

/** What this package and core are once more, as processes have them where ESM and CommonJS meet. */
export async function otherCopy(): Promise<typeof import('./copied.ts')> {
  vi.resetModules();
  return import('./copied.ts');
}
