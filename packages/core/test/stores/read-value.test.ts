import { memoryStore } from '@outbound-auth/testing';
import { describe, expect, it } from 'vitest';
import { readValue } from '../../src/stores/read-value.ts';

describe('what a store holds', () => {
  it('is its text, or nothing', async () => {
    const store = memoryStore();
    await store.set('here', 'a text', 1_000);
    expect(await readValue(store, 'here')).toMatchObject({ value: 'a text' });
    expect(await readValue(store, 'elsewhere')).toBeUndefined();
  });

  it.each(['a text', {}, { value: 1 }, null])('is told to be wrong where get() gives %j', async (given) => {
    const store = { ...memoryStore(), get: () => Promise.resolve(JSON.parse(JSON.stringify(given))) };
    await expect(readValue(store, 'here')).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('get() must give { value: … }') as unknown,
    });
  });
});
