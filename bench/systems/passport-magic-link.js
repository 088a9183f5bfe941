// passport-magic-link: a JWT in the mail, its used ones remembered in memory.
import { expressApp, formParser, SECRET, usePassport } from '../harness/express-app.js';
import { peer } from '../harness/peer.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'passport-magic-link',
  description: 'its defaults: a JWT, used ones remembered in its MemoryStorage; session as in the floor',
  packages: ['passport-magic-link'],
  module: 'passport-magic-link',
  ask: (browser, address) => browser.postForm('/login', { email: address }),
  click: (browser, link) => browser.get(link),
  whoami: '/me',

  async start({ origin, connectRedis, deliver }) {
    const { Strategy } = await peer('passport-magic-link');
    const app = expressApp(await connectRedis());
    const passport = usePassport(app);
    passport.use(
      new Strategy(
        { secret: SECRET, userFields: ['email'], tokenField: 'token' },
        async (/** @type {{ email: string }} */ { email }, /** @type {string} */ token) =>
          deliver(email, () => `${origin}/login/callback?token=${token}`),
        async (/** @type {{ email: string }} */ { email }) => ({ address: email, email }),
      ),
    );
    const authenticate = (/** @type {object} */ options) => passport.authenticate('magiclink', options);
    app.post('/login', formParser(), authenticate({ action: 'requestToken' }), (_req, res) => {
      res.redirect(303, '/login/sent');
    });
    app.get('/login/callback', authenticate({ action: 'acceptToken', successRedirect: '/' }));
    return { listener: app };
  },
};
