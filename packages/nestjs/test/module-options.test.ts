import { createOutboundAuth, OptionsError } from '@outbound-auth/core';
import { describe, expect, it } from 'vitest';
import { OutboundHttpModule } from '../src/http/index.ts';
import { OutboundAuthModule } from '../src/index.ts';
import { exampleOptions } from './example-options.ts';

const auth = createOutboundAuth(exampleOptions);
const useFactory = () => exampleOptions;

// As plain JavaScript may call them.
const calls = {
  forRoot: OutboundAuthModule.forRoot as (...given: unknown[]) => unknown,
  forRootAsync: OutboundAuthModule.forRootAsync as (...given: unknown[]) => unknown,
  register: OutboundHttpModule.register as (...given: unknown[]) => unknown,
  registerAsync: OutboundHttpModule.registerAsync as (...given: unknown[]) => unknown,
};

describe('an OptionsError', () => {
  it.each<[keyof typeof calls, readonly unknown[], RegExp]>([
    ['forRoot', [], /OutboundAuthModule\.forRoot: must be given an object with options$/],
    ['forRootAsync', [], /OutboundAuthModule\.forRootAsync: must be given an object with options$/],
    ['forRoot', [auth, null], /OutboundAuthModule\.forRoot: must be given an object with options$/],
    [
      'forRoot',
      [auth, { subjecttoken: () => '' }],
      /\.forRoot\.subjecttoken: is no option; there are name, isGlobal, resolve, subjectToken, clients$/,
    ],
    [
      'forRoot',
      [exampleOptions, { name: 'x' }],
      /\.forRoot: takes a second argument beside a ready OutboundAuth alone$/,
    ],
    ['forRoot', [{ ...exampleOptions, name: '' }], /\.forRoot\.name: must be a text that is not empty$/],
    ['forRoot', [{ ...exampleOptions, isGlobal: 'no' }], /\.forRoot\.isGlobal: must be true or false$/],
    ['forRootAsync', [{ useFactory, client: [] }], /\.forRootAsync\.client: is no option; there are .*clients, /],
    ['forRootAsync', [{ useFactory, isglobal: true }], /\.isglobal: is no option; there are .*isGlobal, /],
    ['forRootAsync', [{ useFactory, clients: 'billing' }], /\.clients: must be a list of names$/],
    ['forRootAsync', [{ clients: [] }], /\.forRootAsync: needs useFactory, useClass or useExisting$/],
    ['register', [], /OutboundHttpModule\.register: must be given an object with options$/],
    ['register', [{ client: '' }], /OutboundHttpModule\.register\.client: must be a text that is not empty$/],
    ['registerAsync', [{ useFactory, baseURL: 'https://x.example' }], /\.registerAsync\.baseURL: is no option/],
  ])('refuses %s(...%j)', (name, given, message) => {
    expect(() => calls[name](...given)).toThrow(OptionsError);
    expect(() => calls[name](...given)).toThrow(message);
  });
});
