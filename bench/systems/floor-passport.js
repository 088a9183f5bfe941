// The floor through Passport, by the smallest strategy that can do it. Every ratio of the page is to this one.
import { Strategy } from 'passport-strategy';
import { expressApp, formParser, usePassport } from '../harness/express-app.js';
import { floorLinks } from './floor.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'floor-passport',
  description: 'the floor through Passport, by the smallest strategy that does it: 1.00 in every ratio',
  ask: (browser, address) => browser.postForm('/login', { email: address }),
  click: (browser, link) => browser.get(link),
  whoami: '/me',

  async start({ origin, connectRedis, deliver }) {
    const redis = await connectRedis();
    const links = floorLinks(redis);

    class FloorStrategy extends Strategy {
      name = 'floor';

      /** @override @param {import('express').Request} req */
      authenticate(req) {
        (req.method === 'POST' ? this.ask(req) : this.redeem(req)).catch((error) => this.error(error));
      }

      /** @param {import('express').Request} req */
      async ask(req) {
        const { token, nonce } = await links.issue(req.body.email);
        Object.assign(req.session, { nonce });
        req.res?.once('finish', () => deliver(req.body.email, () => `${origin}/login/callback?token=${token}`));
        this.pass();
      }

      /** @param {import('express').Request} req */
      async redeem(req) {
        const address = await links.redeem(String(req.query.token), Reflect.get(req.session, 'nonce'));
        if (address === undefined) this.fail(401);
        else this.success({ address });
      }
    }

    const app = expressApp(redis);
    const passport = usePassport(app);
    passport.use(new FloorStrategy());
    app.post('/login', formParser(), passport.authenticate('floor'), (_req, res) => res.redirect(303, '/login/sent'));
    app.get('/login/callback', passport.authenticate('floor', { successRedirect: '/' }));
    return { listener: app };
  },
};
