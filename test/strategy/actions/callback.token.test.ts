/** The token on the callback: what is none, and what is told of one that was. */
import { expect, test } from 'vitest';
import { MagicLinkStrategy, MemoryStore } from '../../../lib/index.js';
import {
  CALLBACK,
  requestLink,
  SECRET,
  startApp,
  type TestApp,
  type TestAppConfig,
  tellingRoutes,
  userOf,
} from '../../support/app.js';
import type { Browser } from '../../support/browser.js';

const start = (config: TestAppConfig = {}) => startApp({ routes: tellingRoutes, ...config });

async function expectRefused(browser: Browser, path: string, code: string) {
  const answer = await browser.get(path);
  expect([answer.status, answer.json().code]).toEqual([401, code]);
  expect(await userOf(browser)).toBeUndefined();
}

const DAMAGE: [string, (token: string) => string][] = [
  ['nothing', () => ''],
  ['a word', () => 'token'],
  ['another last character', (token) => token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')],
  ['another first character', (token) => `pbl_${token[4] === 'A' ? 'B' : 'A'}${token.slice(5)}`],
  ['padding', (token) => `${token}%3D`],
  ['a newline', (token) => `${token}%0A`],
  ['a space', (token) => `%20${token}`],
  ['NUL', (token) => `${token}%00`],
  ['a broken escape', (token) => `${token}%ZZ`],
  ['a full stop', (token) => `${token}.`],
  ['upper case', (token) => token.toUpperCase()],
  ['a cut', (token) => token.slice(0, 60)],
  ['4 kB', (token) => token + 'A'.repeat(4096)],
  ['IN-18: a second one', (token) => `${token}&token=${token}`],
];

test.each(DAMAGE)('TK-09: a token with %s is link_invalid', async (_what, damage) => {
  const app = await start();
  const browser = app.browser();
  const { token } = await requestLink(app, browser);
  await expectRefused(browser, `/login/callback?token=${damage(token)}`, 'link_invalid');
});

test.each(['', '?token[]=x', '?token[a]=x', '?Token=x', '?hop=1'])(
  'no token: /login/callback%s is link_invalid',
  async (query) => {
    const app = await start();
    await expectRefused(app.browser(), `/login/callback${query}`, 'link_invalid');
  },
);

test('TK-07: a token of another origin is link_invalid', async () => {
  const store = new MemoryStore();
  const app = await start({ options: { store } });
  const other = await start({ options: { store } });
  const browser = other.browser();
  const { path } = await requestLink(other, browser);
  await expectRefused(app.browser(), path, 'link_invalid');
});

test.each([
  ['the browser that asked', (_app: TestApp, browser: Browser) => browser],
  ['another browser', (app: TestApp) => app.browser()],
])('TK-04: past its life a link is link_expired to %s', async (_who, choose) => {
  let now = Date.now();
  const app = await start({ options: { clock: () => now, ttl: 60 } });
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  now += 60_000;
  await expectRefused(choose(app, browser), path, 'link_expired');
});

test('AC: a revoked link is link_revoked to the browser that requested the link, and lands elsewhere', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  await app.strategy.revokeAll('ada@example.com');
  expect((await app.browser().get(path)).text).toContain('Is this the right browser?');
  await expectRefused(browser, path, 'link_revoked');
});

test('TK-11: a link of a secret that is no longer known is link_invalid', async () => {
  const app = await start();
  const browser = app.browser();
  const { path } = await requestLink(app, browser);
  app.passport.use(
    new MagicLinkStrategy(
      {
        secret: `another ${SECRET}`,
        origin: app.origin,
        callbackPath: CALLBACK,
        store: new MemoryStore(),
        mail: { deliver: app.mailbox.deliver },
      },
      async () => ({ email: 'ada@example.com' }),
    ),
  );
  await expectRefused(browser, path, 'link_invalid');
});
