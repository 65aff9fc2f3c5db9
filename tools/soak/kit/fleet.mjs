import { sum } from './sum.mjs';
import { Worker } from './worker.mjs';

const member = new URL('./member.mjs', import.meta.url).href;

/** Processes with the same options, that call the same API: see member.mjs for what they can be asked. */
export class Fleet {
  constructor(members) {
    this.members = members;
  }

  static async start(count, settings) {
    const starts = await Promise.allSettled(Array.from({ length: count }, () => Worker.start(member, settings)));
    const fleet = new Fleet(starts.flatMap(({ value }) => (value ? [value] : [])));
    const failed = starts.find(({ reason }) => reason);
    if (failed === undefined) return fleet;
    await fleet.kill();
    throw failed.reason;
  }

  /** The same of all at once: a list of what each says. */
  all(name, ...args) {
    return Promise.all(this.members.map((worker) => worker.ask(name, ...args)));
  }

  /** What was counted, added up: see Counts. */
  async report() {
    return sum(await this.all('report'));
  }

  /** The heaps of all after a garbage collection, in bytes. */
  async heap() {
    return sum(await this.all('heap'));
  }

  async kill() {
    await Promise.all(this.members.map((worker) => worker.kill()));
  }
}
