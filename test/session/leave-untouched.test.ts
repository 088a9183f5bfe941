/** The pages on the way change neither session nor cookie, whatever express-session is told to do. */
import session from 'express-session';
import { expect, test } from 'vitest';
import { ada, CALLBACK, requestLink, startApp, type TestApp } from '../support/app.js';
import { type Browser, JSON_HEADERS, type RequestOptions } from '../support/browser.js';

/** Everything that makes express-session write and send a cookie for nothing. */
const EAGER = { rolling: true, resave: true, saveUninitialized: true, cookie: { maxAge: 86_400_000 } };

const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };

interface Case {
  page: string;
  confirm?: 'always';
  who: (app: TestApp, asking: Browser) => Browser | Promise<Browser>;
  request?: RequestOptions;
}

const asking: Case['who'] = (_app, browser) => browser;
const fresh: Case['who'] = (app) => app.browser();
/** A browser with a session of its own, which requested nothing. */
const known: Case['who'] = async (app) => {
  const browser = app.browser();
  await browser.get('/me');
  return browser;
};

const PAGES: [string, Case][] = [
  ['landing, in a new browser', { page: 'Is this the right browser?', who: fresh }],
  ['landing, in a browser with a session', { page: 'Is this the right browser?', who: known }],
  [
    'landing, for a prefetch',
    {
      page: 'Is this the right browser?',
      who: asking,
      request: { headers: { 'sec-purpose': 'prefetch' } },
    },
  ],
  ['landing, for HEAD', { page: '', who: asking, request: { method: 'HEAD' } }],
  ['landing as JSON', { page: '"landing"', who: known, request: { headers: JSON_HEADERS } }],
  ['hop, in a new browser', { page: 'Opening your link', who: fresh, request: { headers: CROSS_SITE } }],
  ['hop, in a browser with a session', { page: 'Opening your link', who: known, request: { headers: CROSS_SITE } }],
  ['confirm', { page: 'Confirm that you want to log in.', confirm: 'always', who: asking }],
  ['confirm as JSON', { page: '"confirm"', confirm: 'always', who: asking, request: { headers: JSON_HEADERS } }],
];

const SETTINGS: [string, object][] = [
  ['rolling, resave and saveUninitialized', EAGER],
  ['unset: destroy', { unset: 'destroy' }],
  ['all of them', { ...EAGER, unset: 'destroy' }],
];

const TABLE = SETTINGS.flatMap(([setting, options]) =>
  PAGES.map(([name, page]) => [name, setting, page, options] as const),
);

test.each(TABLE)(
  'BD-09: %s, under %s: no cookie and no write',
  async (_name, _setting, { page, confirm, who, request }, options) => {
    const store = new session.MemoryStore();
    const app = await startApp({ options: confirm ? { confirm } : {}, session: { store, ...options } });
    const browser = app.browser();
    const { path, token } = await requestLink(app, browser);
    const visitor = await who(app, browser);

    const writes: string[] = [];
    for (const method of ['set', 'touch', 'destroy'] as const) {
      const original = store[method].bind(store) as (...args: unknown[]) => void;
      store[method] = (...args: unknown[]) => {
        writes.push(method);
        original(...args);
      };
    }
    const answer = await visitor.send(path, request);

    expect(answer.status).toBe(200);
    expect(answer.text).toContain(page);
    expect(answer.setCookies).toEqual([]);
    expect(writes).toEqual([]);
    expect((await browser.post(CALLBACK, { token })).json().user).toEqual(ada);
  },
);

test('an app’s own view may still read the session', async () => {
  let seen: unknown;
  const app = await startApp({
    session: EAGER,
    options: {
      views: {
        landing: (req, res) => {
          seen = [typeof req.session.id, req.sessionID === req.session.id];
          res.send('own');
        },
      },
    },
  });
  const { path } = await requestLink(app, app.browser());
  const answer = await app.browser().get(path);
  expect([answer.text, answer.setCookies, seen]).toEqual(['own', [], ['string', true]]);
});

test('a view that streams its page sets no cookie either', async () => {
  const app = await startApp({
    session: EAGER,
    options: {
      views: {
        landing: (_req, res) => {
          res.write('one ');
          res.end('two');
        },
      },
    },
  });
  const { path } = await requestLink(app, app.browser());
  const answer = await app.browser().get(path);
  expect([answer.text, answer.setCookies]).toEqual(['one two', []]);
});
