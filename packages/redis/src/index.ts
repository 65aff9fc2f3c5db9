export type { RedisCommands, ScriptArguments } from './commands.ts';
export type { RedisStoreOptions, SentinelNode, SentinelOptions } from './options.ts';
export { redisStore } from './redis-store.ts';
