import { Test } from '@nestjs/testing';
import { expect, inject, it } from 'vitest';
import { OutboundAuthModule } from '../src/index.ts';

it('runs over the version of Nest that it is meant for', async () => {
  const failure: unknown = await Test.createTestingModule({ imports: [OutboundAuthModule.forFeature(['billing'])] })
    .compile()
    .catch((error: unknown) => error);
  const stack = failure instanceof Error ? failure.stack : undefined;
  expect(stack?.includes('nest-11')).toBe(inject('nest').startsWith('11.'));
});
