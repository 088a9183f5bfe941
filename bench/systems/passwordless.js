// passwordless: tokens under bcrypt in Redis, by the one of its Redis stores that installs.
import { expressApp, formParser } from '../harness/express-app.js';
import { peer } from '../harness/peer.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'passwordless',
  description:
    'with passwordless-redisstore-bcryptjs; passwordless-redisstore itself needs bcrypt 0.8, which does not build on Node 20',
  packages: ['passwordless', 'passwordless-redisstore-bcryptjs'],
  module: 'passwordless',
  ask: (browser, address) => browser.postForm('/login', { user: address }),
  click: (browser, link) => browser.get(link),
  whoami: '/me',

  async start({ origin, connectRedis, deliver }) {
    const { default: Passwordless } = await peer('passwordless');
    const { default: TokenStore } = await peer('passwordless-redisstore-bcryptjs');
    const redis = await connectRedis();
    const passwordless = new Passwordless.Passwordless();
    passwordless.init(new TokenStore(redis.options.port, redis.options.host));
    passwordless.addDelivery(
      (
        /** @type {string} */ token,
        /** @type {string} */ uid,
        /** @type {string} */ recipient,
        /** @type {() => void} */ done,
      ) => {
        deliver(recipient, () => `${origin}/logged_in?token=${token}&uid=${encodeURIComponent(uid)}`);
        done();
      },
    );
    const app = expressApp(redis);
    app.use(passwordless.sessionSupport());
    const userId = (
      /** @type {string} */ user,
      /** @type {unknown} */ _delivery,
      /** @type {(error: null, id: string) => void} */ done,
    ) => done(null, user);
    app.post('/login', formParser(), passwordless.requestToken(userId), (_req, res) =>
      res.redirect(303, '/login/sent'),
    );
    app.get('/logged_in', passwordless.acceptToken({ successRedirect: '/' }), (_req, res) => void res.sendStatus(401));
    app.get('/me', (req, res) => void res.json(Reflect.get(req, 'user') ?? null));
    return { listener: app };
  },
};
