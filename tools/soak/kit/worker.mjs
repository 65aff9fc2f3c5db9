import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from '../../bench/fresh-process.mjs';

const host = fileURLToPath(new URL('./worker-process.mjs', import.meta.url));

/** A process that runs a module's `start(settings)`, and does what that gives. It ends with this one, however that ends. */
export class Worker {
  #child;
  #asked = new Map();
  #ended;

  constructor() {
    const env = { ...process.env, ...plainEnvironment };
    this.#child = fork(host, { execArgv: ['--expose-gc'], env });
    this.#child.on('message', ({ id, result, error }) => {
      const { resolve, reject } = this.#asked.get(id);
      this.#asked.delete(id);
      if (error === undefined) resolve(result);
      else reject(new Error(error));
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        for (const { reject } of this.#asked.values()) reject(new Error(`a process has ended by ${signal ?? code}`));
        this.#asked.clear();
        resolve();
      });
    });
  }

  /** `module` is an absolute URL; what it is started with, and all that goes to and fro, is JSON. */
  static async start(module, settings) {
    const worker = new Worker();
    try {
      await worker.ask('start', module, settings);
      return worker;
    } catch (error) {
      await worker.kill();
      throw error;
    }
  }

  /** Calls one of the functions that `start` gave; rejects as it does, and when the process ends. */
  ask(name, ...args) {
    return new Promise((resolve, reject) => {
      const id = `${name} ${performance.now()} ${this.#asked.size}`;
      this.#asked.set(id, { resolve, reject });
      this.#child.send({ id, name, args }, (error) => error && reject(error));
    });
  }

  /** Ends it at once, without a word. */
  async kill() {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
