import { expect, it } from 'vitest';
import * as nestjs from '../src/index.ts';

it('exports this, and nothing by accident', () => {
  expect(Object.keys(nestjs).sort()).toEqual([
    'InjectOutboundAuth',
    'InjectOutboundClient',
    'OutboundAuthException',
    'OutboundAuthHealthIndicator',
    'OutboundAuthModule',
    'UseOutboundClient',
    'defineOutboundAuth',
    'getOutboundAuthToken',
    'getOutboundClientToken',
    'getOutboundHttpToken',
  ]);
});
