import { createServer } from 'node:http';

/** Serves an application on loopback while work visits it. */
export async function visiting(listener, work) {
  const server = createServer(listener);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  try {
    await work(async (headers, path = '/invoices') => {
      const response = await fetch(`${origin}${path}`, { headers });
      const text = await response.text();
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : undefined };
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
