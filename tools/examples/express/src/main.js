import { createApp } from './app.js';
import { createAuth } from './auth.js';

const auth = createAuth();
const { BILLING_URL: billingUrl, LEDGER_URL: ledgerUrl, PORT = 3000 } = process.env;
const server = createApp(auth, { billingUrl, ledgerUrl }).listen(PORT, () => {
  console.log(`orders-gateway listens on http://127.0.0.1:${server.address().port}`);
});

// First the server, so that requests which are being served get their tokens to the end.
process.once('SIGTERM', () => {
  server.close(() => void auth.close());
});
