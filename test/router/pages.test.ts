/** The drop-in router's pages: safe whatever is put into them, and replaceable. */
import { createHash } from 'node:crypto';
import type express from 'express';
import { describe, expect, test } from 'vitest';
import { MemoryStore, type Views } from '../../lib/index.js';
import { ada, CALLBACK, requestLink, startRouter, type TestApp, type TestAppConfig } from '../support/app.js';
import { type Answer, type Browser, JSON_HEADERS } from '../support/browser.js';

type Config = Omit<TestAppConfig, 'routes'>;

const HOSTILE = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;`;

interface Shown {
  /** The view that it is; default: its own name. */
  view?: keyof Views;
  config?: () => Config;
  show: (app: TestApp, browser: Browser) => Promise<Answer>;
}

const down = () => Object.assign(new MemoryStore(), { issue: () => Promise.reject(new Error('down')) });
type Done = (error: null, user: false, info: object) => void;
const refusing = {
  verify: (_claims: never, done: Done) => done(null, false, { message: HOSTILE }),
  options: { verifyStyle: 'callback' as const },
};

/** Each page, with everything hostile in it that a visitor, or verify, can put there. */
const PAGES: Record<keyof Views | 'waiting' | 'invited' | 'another link', Shown> = {
  form: { show: (_app, browser) => browser.post('/login', { email: HOSTILE, returnTo: HOSTILE }) },
  sent: {
    show: async (app, browser) => {
      await browser.get(
        (await requestLink(app, browser, 'ada@example.com', { returnTo: `/${HOSTILE}?${HOSTILE}#${HOSTILE}` })).path,
      );
      return browser.get('/login/sent');
    },
  },
  landing: {
    show: async (app) =>
      app.browser().get(`${(await requestLink(app, app.browser())).path}&x=${encodeURIComponent(HOSTILE)}`),
  },
  waiting: {
    view: 'sent',
    show: async (app, browser) => {
      await requestLink(app, browser, 'ada@example.com', { returnTo: `/${HOSTILE}?${HOSTILE}#${HOSTILE}` });
      return browser.get('/login/sent');
    },
  },
  invited: {
    view: 'form',
    show: async (app, browser) => {
      await app.strategy.invite({ address: ada.email, returnTo: `/${HOSTILE}` });
      return browser.get((await app.mailbox.next()).path);
    },
  },
  code: {
    show: async (app, browser) => {
      await browser.post('/login', ada, { 'user-agent': `Firefox/9 ${HOSTILE}` });
      const { token } = await app.mailbox.next();
      return app.browser().post(CALLBACK, { token }, { 'user-agent': HOSTILE, host: HOSTILE });
    },
  },
  'another link': {
    view: 'refused',
    config: () => refusing,
    show: async (app, browser) => {
      const { path } = await requestLink(app, browser, 'ada@example.com', { returnTo: `/${HOSTILE}?${HOSTILE}` });
      await browser.get(path);
      return browser.get(path);
    },
  },
  notMe: {
    show: async (app) => {
      const { notMe } = await requestLink(app, app.browser());
      return app.browser().get(`${notMe.path}&x=${encodeURIComponent(HOSTILE)}`);
    },
  },
  reported: {
    show: async (app, browser) => {
      const { path, notMe } = await requestLink(app, browser);
      await browser.get(path);
      return browser.post(`/login/not-me?x=${encodeURIComponent(HOSTILE)}`, { token: notMe.token, end: 'links' });
    },
  },
  confirm: {
    config: () => ({ options: { confirm: 'always' } }),
    show: async (app, browser) => browser.get((await requestLink(app, browser)).path),
  },
  hop: {
    show: async (app) =>
      app
        .browser()
        .get((await requestLink(app, app.browser())).path, { 'sec-fetch-site': 'cross-site', host: HOSTILE }),
  },
  refused: {
    config: () => refusing,
    show: async (app, browser) => browser.get((await requestLink(app, browser)).path),
  },
  unavailable: {
    config: () => ({ options: { store: down() } }),
    show: (_app, browser) => browser.post('/login', ada),
  },
};

async function shown({ config, show }: Shown) {
  const { app, browser } = await startRouter(config?.());
  return show(app, browser);
}

const ALL = Object.entries(PAGES);

/** Our one script, by the page's own policy; what is in it is no markup. */
const SCRIPT = /<script>([\s\S]*?)<\/script>/;

/** Every tag as a browser would see it, with its attributes' values left out. */
const tagsOf = (text: string): string[] =>
  text
    .replace(SCRIPT, '')
    .replaceAll(/"[^"]*"/g, '""')
    .match(/<[^>]*>/g) ?? [];

/** Pages without a form, nothing to press and nowhere to go: the rest is done elsewhere, or done. */
const ENDS = ['code', 'reported'];

describe.each(ALL)('the page %s', (name, page) => {
  test('SC-07: shows what is hostile as text, and has no script but the waiting page’s own', async () => {
    const { headers, text } = await shown(page);
    expect(text).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/);
    const script = SCRIPT.exec(text)?.[1];
    expect(script !== undefined).toBe(name === 'waiting');
    const allowed = script && `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}';`;
    expect(/script-src [^;]*;/.exec(String(headers['content-security-policy']))?.[0]).toBe(allowed);
    expect(tagsOf(text).filter((tag) => /^<(?:script|img)|\son\w+=/i.test(tag))).toEqual([]);
    expect(text).not.toContain(HOSTILE);
  });

  test('SC-06, SC-07, SE-04, SE-05: is protected by its headers', async () => {
    const { headers } = await shown(page);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'referrer-policy': 'strict-origin',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      vary: expect.stringMatching(/Accept.*Cookie/),
    });
    const policy = String(headers['content-security-policy']);
    for (const part of [`default-src 'none'`, `base-uri 'none'`, `frame-ancestors 'none'`, 'form-action ']) {
      expect(policy).toContain(part);
    }
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
  });

  test('SE-04: takes nothing from elsewhere', async () => {
    const { text } = await shown(page);
    expect(tagsOf(text).filter((tag) => /^<(?:link|iframe|object|embed|base)\b|\ssrc=/i.test(tag))).toEqual([]);
    expect(text).not.toMatch(/@import|url\(/);
  });

  test('SC-09: is titled, headed and usable without a script', async () => {
    const { text } = await shown(page);
    const title = text.match(/<title>(.+) · 127\.0\.0\.1:\d+<\/title>/)?.[1];
    expect(text).toContain(`<h1>${title}</h1>`);
    expect(/<button>|<a class="button" href=/.test(text)).toBe(!ENDS.includes(name));
  });

  const withView = (view: (...args: never[]) => unknown): Shown => ({
    ...page,
    config: () => {
      const config = page.config?.() ?? {};
      return { ...config, options: { ...config.options, views: { [page.view ?? name]: view } as Views } };
    },
  });

  test('is replaced by the app’s view, with its status, data and headers', async () => {
    const usual = await shown(page);
    const answer = await shown(
      withView((_req, res: express.Response, data: object) => {
        res.json({ own: data });
      }),
    );
    expect([answer.status, Object.keys(answer.json())]).toEqual([usual.status, ['own']]);
    expect(answer.json().own).not.toEqual({});
    expect(answer.headers['content-security-policy']).toBe(usual.headers['content-security-policy']);
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no such template');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('no such template'))],
  ])('whose view %s is answered by the error handler', async (_how, view) => {
    const answer = await shown(withView(view));
    expect([answer.status, answer.json().message]).toEqual([500, 'no such template']);
  });
});

test.each([
  ['/login', JSON_HEADERS],
  ['/login/sent', JSON_HEADERS],
  [`${CALLBACK}?token=x`, JSON_HEADERS],
  [`${CALLBACK}?token=x`, {}],
])('SE-05: GET %s under %j is not to be stored', async (path, headers) => {
  const { browser } = await startRouter();
  expect((await browser.get(path, headers)).headers).toMatchObject({
    'cache-control': 'no-store',
    'referrer-policy': 'strict-origin',
    vary: expect.stringMatching(/Accept.*Cookie/),
  });
});

test('RD-07: no answer’s Location has the token', async () => {
  const { app, browser } = await startRouter();
  const { path, token } = await requestLink(app, browser);
  const answers = [await browser.get(path), await browser.get(path)];
  for (const { headers } of answers) expect(headers.location).not.toContain(token);
});

const EAGER = { rolling: true, resave: true, saveUninitialized: true };

test.each(['GET', 'HEAD', 'POST'])(
  'SC-01, BD-09: %s without the requesting session sets no cookie, even where sessions are made for all',
  async (method) => {
    const { app, browser } = await startRouter({ session: EAGER });
    const { path, token } = await requestLink(app, browser);
    const request = method === 'POST' ? { method, form: { token } } : { method };
    expect((await app.browser().send(method === 'POST' ? CALLBACK : path, request)).setCookies).toEqual([]);
  },
);

// A click on another site comes without the Strict cookie: a new one would log its owner out.
test('BD-09: an expired link on another site leaves the cookie of a login alone', async () => {
  let now = Date.now();
  const { app, browser } = await startRouter({ session: EAGER, options: { clock: () => now } });
  const { path } = await requestLink(app, browser);
  now += 600_000;
  const answer = await app.browser().get(path, { 'sec-fetch-site': 'cross-site' });
  expect([answer.status, answer.setCookies]).toEqual([401, []]);
});
