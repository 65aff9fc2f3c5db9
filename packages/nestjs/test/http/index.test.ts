import { expect, it } from 'vitest';
import * as http from '../../src/http/index.ts';

it('exports this, and nothing by accident', () => {
  expect(Object.keys(http).sort()).toEqual(['InjectOutboundHttp', 'OutboundHttpModule']);
});
