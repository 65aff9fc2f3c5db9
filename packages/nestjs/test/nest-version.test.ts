import { Test } from '@nestjs/testing';
import { expect, inject, it } from 'vitest';
import { OutboundAuthModule } from '../src/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Set by tools/nest-11/vitest.config.mjs. */
    nest?: 11 | 12;
  }
}

it('runs over the version of Nest that it is meant for', async () => {
  const failure: unknown = await Test.createTestingModule({ imports: [OutboundAuthModule.forFeature(['billing'])] })
    .compile()
    .catch((error: unknown) => error);
  const stack = failure instanceof Error ? failure.stack : undefined;
  expect(stack?.includes('nest-11')).toBe(inject('nest') === 11);
});
