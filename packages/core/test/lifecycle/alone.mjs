// Run as a process of its own, that nothing but the library keeps alive: does what it is told, one after the other, and
// prints what came of each.
import { register } from 'node:module';

register('../load-typescript.mjs', import.meta.url);
const { createOutboundAuth } = await import('../../src/index.ts');

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

const scenes = {
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
  const result = await scenes[scene](auth, failed);
  console.log(JSON.stringify({ scene, result, timers: timers() }));
}
