// Starts the example: listens, prints its URL, and exits within five seconds of SIGTERM.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createApp } from './app.js';
import { readSettings } from './settings.js';

/** Milliseconds from SIGTERM to the exit, even if something hangs. */
const DEADLINE = 4500;

try {
  const settings = readSettings(process.env);
  // Listen first: with PORT=0, the origin is known only then.
  const server = createServer();
  await once(server.listen(settings.port), 'listening');
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const local = `http://localhost:${address.port}`;
  const created = createApp(settings, settings.origin ?? local);
  server.on(
    'request',
    (req, res) =>
      void created.then(
        ({ app }) => app(req, res),
        () => res.destroy(),
      ),
  );
  const { hasInbox, close } = await created;

  // Signals may come twice, from npm and from the terminal. Only the first one counts.
  let closing = false;
  const end = async () => {
    if (closing) return;
    closing = true;
    setTimeout(() => process.exit(), DEADLINE).unref();
    await close(new Promise((resolve) => server.close(resolve)));
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, end);
  console.log(`listening on ${local}${hasInbox ? `, dev inbox at ${local}/dev/inbox` : ''}`);
} catch (error) {
  // Print a wrong setting as one line, without a stack trace.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
