// Callers in a thread of their own, so that what the served process does is all that holds them up.
import { Agent, get } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const concurrency = 32;
const users = 50;

/** Requests in a closed loop: { rate } in requests a second, and { cpu } in µs a request of the whole process. */
export async function callServed(port, requests) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { port, requests } });
  let cpuBefore;
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (seconds) => {
      if (seconds === 'warm') {
        cpuBefore = process.cpuUsage();
        return;
      }
      const { user, system } = process.cpuUsage(cpuBefore);
      resolve({ rate: requests / seconds, cpu: (user + system) / requests });
    });
  });
}

if (!isMainThread) await callAll(workerData);

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
