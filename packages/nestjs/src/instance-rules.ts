import type { OptionRule } from './check-options.ts';
import type { OutboundAuthInstanceOptions } from './options.ts';

/** What `OutboundAuthInstanceOptions` must be; core looks at the functions. */
export const instanceRules: Readonly<Record<keyof OutboundAuthInstanceOptions, OptionRule>> = {
  name: 'text',
  isGlobal: 'flag',
  resolve: 'other',
  subjectToken: 'other',
};
