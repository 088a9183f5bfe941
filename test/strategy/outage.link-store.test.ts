/** The link store or the outbox is down or full: 503 with Retry-After, soon, and neither a mail nor a login. */
import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { LinkStore, MemoryStore, NewLink } from '../../lib/index.js';
import { ada, CALLBACK, expectNoMail, plainRoutes, requestLink, userOf } from '../support/app.js';
import type { Answer, Browser } from '../support/browser.js';
import { expectUnavailable, refuse, spoil, startBreakable } from '../support/outage.js';

describe('the link store', () => {
  test('FT-01: at the request, 503 and no mail', async () => {
    const { app, links, browser } = await startBreakable();
    spoil(links, 'issue', refuse);
    expectUnavailable(await browser.post('/login', ada));
    expect(app.events).toMatchObject([{ type: 'store.unavailable', severity: 'critical', reason: 'store' }]);
    await expectNoMail(app);
  });

  const REQUESTS: [
    string,
    keyof LinkStore,
    object,
    (browser: Browser, link: { path: string; token: string }) => Promise<Answer>,
  ][] = [
    ['GET', 'redeem', {}, (browser, { path }) => browser.get(path)],
    ['POST', 'redeem', {}, (browser, { token }) => browser.post(CALLBACK, { token })],
    ['the confirm page', 'open', { confirm: 'always' }, (browser, { path }) => browser.get(path)],
  ];

  test.each(REQUESTS)('FT-02: at %s, 503, and the link works afterwards', async (_what, method, options, click) => {
    const { app, links, browser } = await startBreakable({ options });
    const link = await requestLink(app, browser);
    const mend = spoil(links, method as keyof MemoryStore, refuse);
    expectUnavailable(await click(browser, link));
    expect(await userOf(browser)).toBeUndefined();
    mend();
    await browser.post(CALLBACK, { token: link.token });
    expect(await userOf(browser)).toEqual(ada);
  });

  test('SE-01: what the store said is not answered', async () => {
    const { links, browser } = await startBreakable();
    spoil(links, 'issue', refuse);
    expect((await browser.post('/login', ada)).text).not.toContain('connection refused');
  });

  test('full: 503 and no mail', async () => {
    const { app, browser } = await startBreakable();
    await requestLink(app, browser);
    await requestLink(app, browser);
    expectUnavailable(await browser.post('/login', ada));
    await app.strategy.close();
    expect(app.mailbox.messages).toHaveLength(2);
  });
});

test('after failed requests there is room for the next', async () => {
  const { app, links, browser } = await startBreakable({ queueSize: 1 });
  const mend = spoil(links, 'issue', refuse);
  for (let i = 0; i < 3; i++) expectUnavailable(await browser.post('/login', ada));
  mend();
  await requestLink(app, browser);
});

test('the outbox is full: 503 before anything is kept', async () => {
  const { app, links, browser } = await startBreakable({ queueSize: 1, deliver: () => new Promise(() => {}) });
  await browser.post('/login', ada);
  let issued = 0;
  spoil(links, 'issue', async () => void issued++);
  app.events.length = 0;
  expectUnavailable(await app.browser().post('/login', ada));
  expect(issued).toBe(0);
  expect(app.events).toMatchObject([{ type: 'mail.failed', reason: 'outbox_full' }]);
});

test('after close no more is taken', async () => {
  const { app, browser } = await startBreakable();
  await app.strategy.close();
  expectUnavailable(await browser.post('/login', ada));
});

test('FT-15: who goes away before the answer is mailed all the same', async () => {
  let closed: Promise<unknown> | undefined;
  const { app, links } = await startBreakable({
    routes: (bare, test) => {
      bare.use((_req, res, next) => {
        closed = once(res, 'close');
        next();
      });
      plainRoutes(bare, test);
    },
  });
  const issue = links.issue.bind(links);
  const leaving = request(`${app.origin}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  leaving.once('error', () => {});
  spoil(links, 'issue', async (link: NewLink) => {
    leaving.destroy();
    await closed;
    await issue(link);
  });
  leaving.end('email=ada@example.com');
  expect((await app.mailbox.next()).message.to.address).toBe('ada@example.com');
});
