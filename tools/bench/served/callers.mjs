import { Worker } from 'node:worker_threads';

/**
 * Callers in a thread of their own, so that what the served application does is all that holds them up: { rate } in
 * requests a second, and { cpu } in µs a request, of the whole process.
 */
export async function callServed(port, requests) {
  const worker = new Worker(new URL('./calling-thread.mjs', import.meta.url), { workerData: { port, requests } });
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
