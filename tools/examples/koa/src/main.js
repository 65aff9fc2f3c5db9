import { createApp } from './app.js';
import { auth } from './auth.js';

const app = createApp(auth, { warehouseUrl: process.env.WAREHOUSE_URL, imagesUrl: process.env.IMAGES_URL });
const server = app.listen(process.env.PORT ?? 3000);
server.once('listening', () => console.log(`storefront listens on http://127.0.0.1:${server.address().port}`));

process.once('SIGTERM', () => {
  // Whoever is still served gets a token: what gives them ends last.
  server.close(async () => {
    await auth.close();
    console.log('closed');
  });
});
