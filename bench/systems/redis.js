// This package with links and sessions in Redis, and nothing more: to compare with the floor through Passport.
import { loadPackage, newStrategy, nothingMore, wireByHand } from '../harness/bound-link.js';
import { expressApp, formParser, usePassport } from '../harness/express-app.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'redis',
  description: 'this package, links and sessions in Redis, wired by hand, without limits and notices',
  ours: true,
  ask: (browser, address) => browser.postForm('/login', { email: address }),
  click: (browser, link) => browser.get(link),
  whoami: '/me',

  async start(context) {
    const ours = await loadPackage(context);
    const redis = await context.connectRedis();
    const store = new ours.RedisStore(redis);
    const app = expressApp(redis);
    const passport = usePassport(app);
    passport.use(newStrategy(context, ours, store, nothingMore(ours)));
    wireByHand(app, passport, formParser());
    return { listener: app, store };
  },
};
