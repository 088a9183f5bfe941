// Express 5, express-session and one Redis command a step: the least that a login with a session costs.
import { createHash, randomBytes } from 'node:crypto';
import { expressApp, formParser } from '../harness/express-app.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'floor',
  description: 'Express 5, express-session with connect-redis, one Redis command a step, session renewed at login',
  ask: (browser, address) => browser.postForm('/login', { email: address }),
  click: (browser, link) => browser.get(link),
  whoami: '/me',

  async start({ origin, connectRedis, deliver }) {
    const redis = await connectRedis();
    const links = floorLinks(redis);
    const app = expressApp(redis);

    app.post('/login', formParser(), async (req, res) => {
      const { token, nonce } = await links.issue(req.body.email);
      Object.assign(req.session, { nonce });
      res.once('finish', () => deliver(req.body.email, () => `${origin}/login/callback?token=${token}`));
      res.redirect(303, '/login/sent');
    });
    app.get('/login/callback', async (req, res, next) => {
      const address = await links.redeem(String(req.query.token), Reflect.get(req.session, 'nonce'));
      if (address === undefined) return void res.sendStatus(401);
      // As express-session's own example of a login does it.
      req.session.regenerate((error) => {
        if (error) return next(error);
        Object.assign(req.session, { address });
        req.session.save((failure) => (failure ? next(failure) : res.redirect(303, '/')));
      });
    });
    app.get('/me', (req, res) => void res.json(Reflect.get(req.session, 'address') ?? null));
    return { listener: app };
  },
};

/** A link as small as it can be: one command to keep it, one to spend it. @param {import('ioredis').Redis} redis */
export function floorLinks(redis) {
  const keyOf = (/** @type {string} */ token) => `link:${createHash('sha256').update(token).digest('base64url')}`;
  return {
    /** @param {string} address */
    async issue(address) {
      const token = randomBytes(32).toString('base64url');
      const nonce = randomBytes(32).toString('base64url');
      await redis.set(keyOf(token), JSON.stringify({ address, nonce }), 'EX', 600);
      return { token, nonce };
    },
    /** @param {string} token @param {unknown} nonce @returns {Promise<string | undefined>} */
    async redeem(token, nonce) {
      const link = await redis.getdel(keyOf(token));
      const { address, nonce: asked } = link ? JSON.parse(link) : {};
      return asked !== undefined && asked === nonce ? address : undefined;
    },
  };
}
