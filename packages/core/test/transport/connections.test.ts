import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connections } from '../../src/transport/connections.ts';

/** Connections, how often they were opened, and what they go over. */
function connections() {
  const agent = new Agent();
  onTestFinished(() => agent.destroy());
  let opened = 0;
  const made = new Connections(async () => {
    opened += 1;
    return agent;
  });
  return { agent, connections: made, opened: () => opened };
}

describe('connections', () => {
  it('are made once, when they are first used', async () => {
    const { agent, connections: made, opened } = connections();
    expect(opened()).toBe(0);
    const used = await Promise.all([made.use(async (given) => given), made.use(async (given) => given)]);
    expect(used).toEqual([agent, agent]);
    expect(opened()).toBe(1);
  });

  it('that are retired end after those who are about to send', async () => {
    const { agent, connections: made } = connections();
    let send = (): void => undefined;
    const sending = made.use(
      () =>
        new Promise<void>((resolve) => {
          send = resolve;
        }),
    );
    await Promise.resolve();
    made.retire();
    await Promise.resolve();
    expect(agent.closed).toBe(false);
    send();
    await sending;
    await expect.poll(() => agent.closed).toBe(true);
  });

  it('that are retired in peace end at once, and those never used are never made', async () => {
    const { agent, connections: made } = connections();
    await made.use(async () => undefined);
    made.retire();
    await expect.poll(() => agent.closed).toBe(true);
    const unused = connections();
    unused.connections.retire();
    expect(unused.opened()).toBe(0);
  });

  it('that cannot be made fail for those who want them, and for nobody else', async () => {
    const made = new Connections(() => Promise.reject(new Error('no such package')));
    await expect(made.use(async () => undefined)).rejects.toThrow('no such package');
    made.retire();
  });
});
