/** The hooks of an account are handed the strategy, which is not there yet as they are written. */
import { expect, test } from 'vitest';
import type { Claims, MagicLinkStrategy } from '../../lib/index.js';
import { ada, plainRoutes, requestLink, startApp, userOf } from '../support/app.js';

const TO = 'lovelace@example.com';

interface User {
  readonly email: string;
}

type Given = [hook: string, user: User, claims: Claims | undefined, strategy: MagicLinkStrategy];

/** An app whose hooks note what they are given, and that changes an address at `POST /email`. */
async function start() {
  const given: Given[] = [];
  let isFirst = true;
  const app = await startApp({
    options: {
      isFirstProof: (user, claims, strategy) => {
        given.push(['isFirstProof', user as User, claims, strategy as MagicLinkStrategy]);
        return isFirst;
      },
      onFirstProof: async (user, claims, strategy) => {
        given.push(['onFirstProof', user as User, claims, strategy as MagicLinkStrategy]);
        isFirst = false;
        await (strategy as MagicLinkStrategy).revokeAll(claims.address);
      },
      endSessions: (user, strategy) => {
        given.push(['endSessions', user as User, undefined, strategy as MagicLinkStrategy]);
      },
    },
    routes: (express, testApp) => {
      plainRoutes(express, testApp);
      express.post('/email', (req, res, next) => {
        const change = { user: req.user, from: ada.email, to: String(req.body.email) };
        testApp.strategy.addressChanged(change).then((revoked) => res.json({ revoked }), next);
      });
    },
  });
  return { app, given, browser: app.browser() };
}

test('AC-01: isFirstProof and onFirstProof, at the login', async () => {
  const { app, given, browser } = await start();
  const { path } = await requestLink(app, browser);
  await requestLink(app, app.browser());
  expect((await browser.get(path)).status).toBe(200);
  expect(given.map(([hook]) => hook)).toEqual(['isFirstProof', 'onFirstProof']);
  for (const [, user, claims, strategy] of given) {
    expect([user, claims?.address]).toEqual([ada, ada.email]);
    expect(strategy).toBe(app.strategy);
  }
  expect(await userOf(browser)).toEqual(ada);
  expect(await app.strategy.outstanding(ada.email), 'what the hook did with it').toEqual([]);
});

test('SS-10: endSessions, at a change of address', async () => {
  const { app, given, browser } = await start();
  await browser.get((await requestLink(app, browser)).path);
  await requestLink(app, browser, TO);
  given.length = 0;
  expect((await browser.post('/email', { email: TO })).json()).toEqual({ revoked: 1 });
  expect(given).toHaveLength(1);
  const [[hook, user, , strategy] = []] = given;
  expect([hook, user]).toEqual(['endSessions', ada]);
  expect(strategy).toBe(app.strategy);
});
