// This package as the README wires it: every default on, the doctor and the router included.
import { loadDoctor, loadPackage, newStrategy, stormOf } from '../harness/bound-link.js';
import { expressApp, usePassport } from '../harness/express-app.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'all-defaults',
  description:
    'this package with every default: limits, router, doctor, and a notice to the person, because every browser is new; links and sessions in Redis',
  ours: true,
  packages: ['passport-bound-link'],
  module: 'passport-bound-link',
  ask: (browser, address) => browser.postForm('/login', { email: address }),
  click: (browser, link) => browser.get(link),
  whoami: '/me',

  async start(context) {
    const [ours, { doctor }] = await Promise.all([loadPackage(context), loadDoctor(context)]);
    const redis = await context.connectRedis();
    const store = new ours.RedisStore(redis);
    const strategy = newStrategy(context, ours, store);
    const app = expressApp(redis, (early) => void early.use(doctor(strategy)));
    const passport = usePassport(app);
    passport.use(strategy);
    app.use('/login', ours.magicLinkRouter(passport, strategy));
    app.get('/healthz', (_req, res, next) => void store.ping().then(() => res.json({ status: 'ok' }), next));
    return { listener: app, store, storm: stormOf(context, strategy) };
  },
};
