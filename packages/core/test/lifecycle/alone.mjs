// Run as a process of its own, that nothing but the library keeps alive: does what it is told, one after the other, and
// prints what came of each.
import { randomBytes } from 'node:crypto';
import { register } from 'node:module';

register('../load-typescript.mjs', import.meta.url);
const { createOutboundAuth, password } = await import('../../src/index.ts');

/** How many timers keep this process alive. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** A caller that gives up as soon as a token request has failed. */
async function giveUp(auth, failed) {
  const controller = new AbortController();
  const waiting = auth.client('billing').getAccessToken(undefined, { signal: controller.signal });
  await failed;
  controller.abort('gave up');
  return waiting.catch((reason) => reason);
}

const nothing = async () => undefined;
const never = () => new Promise(() => undefined);
// Short, for the time is real.
const limits = { storeTimeout: 0.1, lockTimeout: 0.2 };

const scenes = {
  closesStore: async (_auth, _failed, billing) => {
    const store = { get: nothing, set: never, delete: nothing };
    const auth = createOutboundAuth({ store, ...limits, clients: { billing } });
    await auth.client('billing').getAccessToken();
    await auth.close();
    return 'closed';
  },
  revokes: async (_auth, _failed, billing) => {
    // Another process has the lock.
    const store = { get: nothing, set: nothing, delete: nothing, replace: nothing, lock: nothing };
    const grant = password({ username: 'grace', password: 'the-password' });
    const clients = { billing: { ...billing, grant } };
    const auth = createOutboundAuth({ store, encryptionKeys: [randomBytes(32)], ...limits, clients });
    return auth
      .client('billing')
      .revoke()
      .catch(({ code }) => code);
  },
  uses: async (auth) => (await auth.client('billing').getAccessToken()).value !== '',
  leaves: giveUp,
  closes: async (auth, failed) => {
    await giveUp(auth, failed);
    await auth.close();
    return 'closed';
  },
};

for (const [scene, billing] of JSON.parse(process.argv[2])) {
  let tell;
  const failed = new Promise((resolve) => (tell = resolve));
  const onEvent = ({ type }) => type === 'token.failed' && tell();
  const auth = createOutboundAuth({ onEvent, clients: { billing } });
  const result = await scenes[scene](auth, failed, billing);
  console.log(JSON.stringify({ scene, result, timers: timers() }));
}
