// passport-magic-login: a JWT in the mail, and no memory of it.
import express from 'express';
import { expressApp, SECRET, usePassport } from '../harness/express-app.js';
import { peer } from '../harness/peer.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'passport-magic-login',
  description:
    'its defaults, asked by JSON as it wants: a JWT, of which nothing is remembered; session as in the floor',
  packages: ['passport-magic-login'],
  module: 'passport-magic-login',
  ask: (browser, address) => browser.postJson('/login', { destination: address }),
  click: (browser, link) => browser.get(link),
  whoami: '/me',

  async start({ origin, connectRedis, deliver }) {
    const { default: exports } = await peer('passport-magic-login');
    const app = expressApp(await connectRedis());
    const passport = usePassport(app);
    const strategy = new exports.default({
      secret: SECRET,
      callbackUrl: '/login/callback',
      sendMagicLink: async (/** @type {string} */ address, /** @type {string} */ href) =>
        deliver(address, () => origin + href),
      verify: (
        /** @type {{ destination: string }} */ { destination },
        /** @type {(error: null, user: object) => void} */ done,
      ) => done(null, { address: destination }),
    });
    passport.use(strategy);
    app.post('/login', express.json(), strategy.send);
    app.get('/login/callback', passport.authenticate('magiclogin', { successRedirect: '/' }));
    return { listener: app };
  },
};
