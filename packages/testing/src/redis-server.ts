import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RedisProcess } from './redis-process.ts';

/** What a Redis server is started with. */
export interface RedisServerOptions {
  /** Lines of its configuration, as in redis.conf; default none, and nothing is written to the disk. */
  readonly config?: readonly string[];
  /** Takes TLS alone, with this certificate and key (PEM); default: no TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Starts it as a Sentinel; default false. */
  readonly sentinel?: boolean;
}

/** A Redis server on a free port of this host. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  /** `redis://127.0.0.1:…`, or `rediss://localhost:…` with TLS. */
  readonly url: string;
  /** Stops it where it stands: connections stay open, and nothing answers. */
  freeze(): void;
  /** Lets it go on. */
  thaw(): void;
  /** Ends it as a crash does; its files stay. */
  kill(): Promise<void>;
  /**
   * Starts it again on the same port with its files; kills it first if it still runs.
   *
   * @param config - further lines of its configuration, from now on.
   */
  restart(config?: readonly string[]): Promise<void>;
  /** Ends it for good and deletes its files. */
  stop(): Promise<void>;
}

const attempts = 5;

/**
 * Starts the `redis-server` that is on the PATH, in a folder of its own. It ends with this process, however that ends.
 *
 * @throws {Error} if there is none, or it doesn't start; the message has its own words.
 * @example
 * ```ts
 * import { startRedisServer } from '@outbound-auth/testing';
 *
 * const redis = await startRedisServer({ config: ['appendonly yes', 'appendfsync always'] });
 * redis.freeze();
 * redis.thaw();
 * await redis.kill();
 * await redis.restart();
 * await redis.stop();
 * ```
 */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  for (let attempt = 1; ; attempt += 1) {
    const server = new LocalRedisServer(await freePort(), await mkdtemp(path.join(tmpdir(), 'redis-')), options);
    try {
      await server.restart();
      return server;
    } catch (error) {
      await server.stop();
      // Another may have taken the port in the meantime.
      if (attempt === attempts || !(error instanceof Error && /in use|listen/i.test(error.message))) throw error;
    }
  }
}

class LocalRedisServer implements RedisServer {
  readonly port: number;
  readonly url: string;
  readonly #folder: string;
  readonly #options: RedisServerOptions;
  #config: readonly string[];
  #process: RedisProcess | undefined;

  constructor(port: number, folder: string, options: RedisServerOptions) {
    this.port = port;
    this.url = options.tls ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`;
    this.#folder = folder;
    this.#options = options;
    this.#config = options.config ?? [];
  }

  freeze(): void {
    this.#process?.freeze();
  }

  thaw(): void {
    this.#process?.thaw();
  }

  async kill(): Promise<void> {
    await this.#process?.kill();
    this.#process = undefined;
  }

  async restart(config: readonly string[] = []): Promise<void> {
    await this.kill();
    this.#config = [...this.#config, ...config];
    const file = path.join(this.#folder, 'redis.conf');
    await writeFile(file, [...(await this.#basics()), ...this.#config, ''].join('\n'));
    const args = this.#options.sentinel ? [file, '--sentinel'] : [file];
    this.#process = await RedisProcess.start(this.#folder, args);
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #basics(): Promise<readonly string[]> {
    const { sentinel, tls } = this.#options;
    const basics = ['bind 127.0.0.1', 'protected-mode no', `dir ${this.#folder}`];
    if (!sentinel) basics.push('save ""', 'enable-debug-command yes');
    if (!tls) return [...basics, `port ${this.port}`];
    const [certificate, key] = [path.join(this.#folder, 'tls.crt'), path.join(this.#folder, 'tls.key')];
    await Promise.all([writeFile(certificate, tls.certificate), writeFile(key, tls.key, { mode: 0o600 })]);
    return [
      ...basics,
      'port 0',
      `tls-port ${this.port}`,
      `tls-cert-file ${certificate}`,
      `tls-key-file ${key}`,
      'tls-auth-clients no',
    ];
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('this host gives no free port');
  return address.port;
}
