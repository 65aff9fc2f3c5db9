// The callers of a served application: node:worker_threads runs it with { port, requests }.
import { Agent, get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const concurrency = 32;
const users = 50;

await callAll(workerData);

async function callAll({ port, requests }) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  await loop(Math.ceil(requests / 3), port, agent);
  parentPort.postMessage('warm');
  const start = performance.now();
  await loop(requests, port, agent);
  parentPort.postMessage((performance.now() - start) / 1_000);
  agent.destroy();
}

async function loop(requests, port, agent) {
  let left = requests;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      await request(port, agent, `Bearer of-user-${left % users}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
}

function request(port, agent, authorization) {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, agent, headers: { authorization } };
    get(options, (response) => {
      response.resume();
      if (response.statusCode !== 200) reject(new Error(`the application answered ${response.statusCode}`));
      response.on('end', resolve);
    }).on('error', reject);
  });
}
