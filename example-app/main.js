// Starts the example: listens, says where, and ends within five seconds of SIGTERM.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createApp } from './app.js';
import { readSettings } from './settings.js';

try {
  const settings = readSettings(process.env);
  // Listening comes first: with PORT=0 the origin is known only then.
  const server = createServer();
  await once(server.listen(settings.port), 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const local = `http://localhost:${address.port}`;
  const { app, hasInbox, close } = await createApp(settings, settings.origin ?? local);
  server.on('request', app);

  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, async () => {
      server.close();
      await close();
      server.closeAllConnections();
    });
  }
  console.log(`listening on ${local}${hasInbox ? `, dev inbox at ${local}/dev/inbox` : ''}`);
} catch (error) {
  // A wrong setting is a line, not a stack.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
