export type { RedisCommands, ScriptArguments, TextEnd } from './commands.ts';
export type { RedisStoreOptions, SentinelNode, SentinelOptions } from './options.ts';
export { redisStore } from './redis-store.ts';
