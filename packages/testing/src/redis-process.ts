import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';

const remedy =
  'redis-server was not found on the PATH, and nothing else can stand in for it.\n' +
  'Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), then run this again.';
// Sentinel has no word for being ready; this is the last that it says when it starts.
const ready = /Ready to accept connections|Sentinel ID is/;

/** One run of `redis-server`, that ends with this process however that ends. */
export class RedisProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(child: ChildProcess, guard: ChildProcess) {
    this.#child = child;
    this.#exited = once(child, 'exit').finally(() => {
      // Before its number can be another process's.
      guard.kill('SIGKILL');
      guard.stdin?.destroy();
    });
  }

  /**
   * Starts it in a folder; resolves once it answers.
   *
   * @throws {Error} with what it said last if it ends at once, or that it is not installed.
   */
  static async start(folder: string, args: readonly string[]): Promise<RedisProcess> {
    const child = spawn('redis-server', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    await once(child, 'spawn').catch((error: unknown) => {
      throw new Error(remedy, { cause: error });
    });
    const started = new RedisProcess(child, guardOf(child, folder));
    await untilReady(child);
    for (const handle of [child, child.stdout, child.stderr]) unref(handle);
    return started;
  }

  /** Stops it where it stands: connections stay open, and nothing answers. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }

  /** Ends it without a chance to save anything. */
  async kill(): Promise<void> {
    this.#child.ref();
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

function unref(handle: unknown): void {
  if (handle instanceof ChildProcess || handle instanceof Socket) handle.unref();
}

// A shell that waits for our end of its pipe to close: a process that is killed can clean up nothing itself.
function guardOf({ pid }: ChildProcess, folder: string): ChildProcess {
  const script = 'cat >/dev/null; kill -9 "$0"; rm -rf "$1"';
  const guard = spawn('sh', ['-c', script, String(pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Ctrl-C is for the others of our group.
    detached: true,
  });
  for (const handle of [guard, guard.stdin]) unref(handle);
  return guard;
}

async function untilReady({ stdout, stderr }: ChildProcess): Promise<void> {
  if (!stdout || !stderr) throw new Error('redis-server has no output');
  const said: string[] = [];
  stderr.on('data', (chunk) => said.push(String(chunk)));
  const ended = once(stderr, 'close');
  for await (const line of createInterface(stdout)) {
    if (ready.test(line)) {
      // Goes on reading, for a full pipe would stop the server.
      stdout.resume();
      return;
    }
    said.push(line);
  }
  await ended;
  throw new Error(`redis-server ended before it was ready:\n${said.slice(-5).join('\n')}`);
}
