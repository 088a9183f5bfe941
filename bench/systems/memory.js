// This package with links and sessions in memory: what it costs without Redis.
import { loadPackage, newStrategy, nothingMore, wireByHand } from '../harness/bound-link.js';
import { expressApp, formParser, usePassport } from '../harness/express-app.js';

/** @type {import('./system.js').System} */
export const system = {
  name: 'memory',
  description: 'this package, links and sessions in memory, wired by hand, without limits and notices',
  ours: true,
  ask: (browser, address) => browser.postForm('/login', { email: address }),
  click: (browser, link) => browser.get(link),
  whoami: '/me',

  async start(context) {
    const ours = await loadPackage(context);
    const store = new ours.MemoryStore({ maxLinks: 1_000_000 });
    const app = expressApp(undefined);
    const passport = usePassport(app);
    passport.use(newStrategy(context, ours, store, nothingMore(ours)));
    wireByHand(app, passport, formParser());
    return { listener: app, store };
  },
};
