// better-auth with its magicLink plugin, over its own memory adapter: no database is counted against it.
import express from 'express';
import { SECRET } from '../harness/express-app.js';
import { peer } from '../harness/peer.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'better-auth',
  description:
    'its magicLink plugin in Express, users, sessions and tokens in its memory adapter; each user exists already',
  packages: ['better-auth'],
  module: 'better-auth',
  prepare: async (browser, address) => void (await browser.postJson('/users', { address })),
  ask: (browser, address) => browser.postJson('/api/auth/sign-in/magic-link', { email: address, callbackURL: '/' }),
  click: (browser, link) => browser.get(link),
  whoami: '/api/auth/get-session',

  async start({ origin, deliver }) {
    const { betterAuth } = await peer('better-auth');
    const { memoryAdapter } = await peer('better-auth/adapters/memory');
    const { toNodeHandler } = await peer('better-auth/node');
    const { magicLink } = await peer('better-auth/plugins');
    /** @type {Record<string, object[]>} */
    const tables = { user: [], session: [], account: [], verification: [] };
    const auth = betterAuth({
      secret: SECRET,
      baseURL: origin,
      database: memoryAdapter(tables),
      telemetry: { enabled: false },
      plugins: [
        magicLink({
          sendMagicLink: async (/** @type {{ email: string, url: string }} */ { email, url }) =>
            deliver(email, () => url),
        }),
      ],
    });
    const app = express();
    app.disable('x-powered-by');
    app.set('trust proxy', 1);
    app.post('/users', express.json(), (req, res) => {
      const now = new Date();
      const { address } = req.body;
      tables.user?.push({ id: address, email: address, emailVerified: true, name: '', createdAt: now, updatedAt: now });
      res.end();
    });
    app.all('/api/auth/{*any}', toNodeHandler(auth));
    return {
      listener: app,
      forget: () => {
        for (const rows of Object.values(tables)) rows.length = 0;
      },
    };
  },
};
