import { createHash } from 'node:crypto';
import type { RedisCommands } from './commands.ts';

/** A script of one key, which is what a cluster asks for. Redis runs it in one step, its time standing still. */
class Script {
  readonly #text: string;
  readonly #sha1: string;

  constructor(text: string) {
    this.#text = text;
    this.#sha1 = createHash('sha1').update(text).digest('hex');
  }

  async run(commands: RedisCommands, key: string, ...args: string[]): Promise<unknown> {
    const options = { keys: [key], arguments: args };
    try {
      return await commands.evalSha(this.#sha1, options);
    } catch (error) {
      // A server that was just started, or whose scripts were flushed. It has done nothing yet.
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return commands.eval(this.#text, options);
    }
  }
}

/** The time in milliseconds, the text, and what is left of its lifetime. */
export const readScript: Script = new Script(
  `local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local value = redis.call('GET', KEYS[1])
if value then return {now, value, redis.call('PTTL', KEYS[1])} end
return {now}`,
);

/** Deletes if it is still this text. */
export const deleteScript: Script = new Script(
  `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`,
);

/** Sets the next text and its end if it is still this one. */
export const replaceScript: Script = new Script(
  `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], ARGV[3], ARGV[4])
return 1`,
);
