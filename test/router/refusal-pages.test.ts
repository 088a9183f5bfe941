/** Every end has words of its own and a way on; the address is filled in only for the browser that requested the link for that link. */
import { describe, expect, test } from 'vitest';
import { type MagicLinkOptions, MemoryStore } from '../../lib/index.js';
import { ada, CALLBACK, CODE, requestLink, startRouter, type TestApp } from '../support/app.js';
import type { Answer, Browser } from '../support/browser.js';

const EVE = 'eve@example.com';

interface Started {
  app: TestApp;
  browser: Browser;
  pass: (seconds: number) => void;
}

async function start(options: Partial<MagicLinkOptions> = {}, config: object = {}): Promise<Started> {
  let now = Date.now();
  const clock = () => now;
  const { app, browser } = await startRouter({
    options: { clock, store: new MemoryStore({ clock }), ...options },
    ...config,
  });
  return { app, browser, pass: (seconds) => (now += seconds * 1000) };
}

/** How a link of this browser's ends; resolves once it has. */
type End = (started: Started, path: string, token: string) => unknown;

const expire: End = ({ pass }) => pass(600);
const revoke: End = ({ app }) => app.strategy.revokeAll(ada.email);
/** verify refuses, so the link is used and nobody is logged in; later than a double click. */
const use: End = async ({ browser, pass }, path) => {
  await browser.get(path);
  pass(11);
};

const ENDS: [string, string, End, object?][] = [
  ['link_expired', 'has expired', expire],
  ['link_revoked', 'has been cancelled', revoke],
  ['link_used', 'has already been used', use, { verify: () => false }],
];

/** Where the page leads, and what it sends there. */
const formOf = ({ text }: Answer) => {
  const form = text.match(/<form method="post" action="([^"]+)">[\s\S]*?<\/form>/);
  const fields = [...(form?.[0] ?? '').matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
    name,
    value,
  ]);
  return form ? { action: form[1], fields: Object.fromEntries(fields) } : undefined;
};
const leadsToForm = ({ text }: Answer) => text.includes('<a class="button" href="/login">Request a new link</a>');

describe.each(ENDS)('%s', (_code, words, end, config) => {
  const ended = async () => {
    const started = await start({}, config);
    const { path, token } = await requestLink(started.app, started.browser, ada.email, { returnTo: '/orders' });
    await end(started, path, token);
    return { ...started, path, token };
  };

  test.each(['GET', 'POST'])(
    'by %s in the requesting browser: one click sends a new one, to the same target',
    async (method) => {
      const { app, browser, path, token } = await ended();
      const answer = method === 'GET' ? await browser.get(path) : await browser.post(CALLBACK, { token });
      expect([answer.status, answer.text.includes(words)]).toEqual([401, true]);
      const form = formOf(answer);
      expect(form).toEqual({ action: '/login', fields: { email: ada.email, returnTo: `${app.origin}/orders` } });
      expect((await browser.post('/login', form?.fields)).status).toBe(303);
      const { message } = await app.mailbox.next();
      expect(message.to.address).toBe(ada.email);
    },
  );

  test('in a browser that requested nothing, or for another link: no address', async () => {
    const { app, path, token } = await ended();
    const eve = app.browser();
    await requestLink(app, eve, EVE);
    for (const other of [app.browser(), eve]) {
      for (const answer of [await other.get(path), await other.post(CALLBACK, { token })]) {
        expect(answer.text).not.toMatch(/ada|orders|eve@/);
      }
    }
  });

  test('in the browser that has requested another link since: a way on, without the address', async () => {
    const { app, browser, path } = await ended();
    await requestLink(app, browser, EVE);
    const answer = await browser.get(path);
    expect([answer.status, answer.text.includes(words)]).toEqual([401, true]);
    expect([formOf(answer), leadsToForm(answer)]).toEqual([undefined, true]);
    expect(answer.text).not.toMatch(/ada@|eve@/);
  });
});

test('an expired link elsewhere is said to have expired, with the form a link away', async () => {
  const started = await start();
  const { path } = await requestLink(started.app, started.browser);
  started.pass(600);
  const answer = await started.app.browser().get(path);
  expect([answer.status, answer.text.includes('has expired'), leadsToForm(answer)]).toEqual([401, true, true]);
  expect(formOf(answer)).toBeUndefined();
});

// It would go to another address than the link that was opened.
test('a limited request for another address since then is not sent by the button of the earlier link', async () => {
  const limits = { account: { quarterHour: 1, networkQuarterHour: 1 }, resend: 1 };
  const started = await start({ limits });
  const { app, browser, pass } = started;
  await requestLink(app, app.browser(), EVE);
  const { path } = await requestLink(app, browser);
  pass(1);
  expect((await browser.post('/login', { email: EVE })).status).toBe(303);
  pass(600);
  expect((await browser.get(path)).text).not.toContain(EVE);
});

interface Refused {
  words: string;
  config?: object;
  show: (started: Started) => Promise<Answer>;
}

const REFUSALS: [string, Refused][] = [
  ['link_invalid', { words: 'isn’t valid', show: ({ browser }) => browser.get(`${CALLBACK}?token=x`) }],
  [
    'login_refused',
    {
      words: 'You can’t log in here with this address.',
      config: { verify: () => false },
      show: async ({ app, browser }) => browser.get((await requestLink(app, browser)).path),
    },
  ],
  [
    'cross_site',
    {
      words: 'came from another site',
      show: ({ browser }) => browser.post('/login', ada, { 'sec-fetch-site': 'cross-site' }),
    },
  ],
  [
    'invalid_request',
    { words: 'Something is wrong with that request.', show: ({ browser }) => browser.post('/login', {}) },
  ],
];

test.each(REFUSALS)('%s: words of its own, and the form a link away', async (_code, { words, config, show }) => {
  const answer = await show(await start({}, config));
  expect(answer.text).toContain(words);
  expect([leadsToForm(answer), formOf(answer)]).toEqual([true, undefined]);
});

test('wrong_browser under deny: the form is a link away, and nothing filled in', async () => {
  const { app, browser } = await start({ otherBrowser: 'deny' });
  const { token } = await requestLink(app, browser);
  const answer = await app.browser().post(CALLBACK, { token });
  expect([leadsToForm(answer), formOf(answer)]).toEqual([true, undefined]);
});

test('code_wrong: the field again, and a new link one click away', async () => {
  const { app, browser } = await start();
  await requestLink(app, browser);
  const { status, text } = await browser.post(CODE, { code: '0000-0000' });
  expect(status).toBe(401);
  expect(text).toContain('That code doesn’t work. Use the code for the latest link, or request a new link.');
  expect(text).toMatch(/<input id="code" [^>]*aria-invalid="true"/);
  expect(text).toContain(`name="email" value="${ada.email}"`);
});

test('code_wrong in a browser that requested nothing: the form is a link away', async () => {
  const { browser } = await start();
  const { text } = await browser.post(CODE, { code: '0000-0000' });
  expect(text).toContain('<a href="/login">');
  expect(text).not.toContain('name="email"');
});

test('without the router the request has what was requested, in the requesting browser alone', async () => {
  const outcomes: unknown[] = [];
  const { app, browser, pass } = await start(
    {},
    {
      before: (express: import('express').Express) =>
        express.use((req, res, next) => {
          res.once('finish', () => outcomes.push(req.magicLink));
          next();
        }),
    },
  );
  const { path } = await requestLink(app, browser, ada.email, { returnTo: '/orders' });
  pass(600);
  await browser.get(path);
  await app.browser().get(path);
  const retryForm = { address: ada.email, returnTo: `${app.origin}/orders` };
  expect(outcomes.slice(-2)).toEqual([
    { status: 'refused', refusal: expect.objectContaining({ code: 'link_expired' }), retryForm },
    { status: 'refused', refusal: expect.objectContaining({ code: 'link_expired' }), retryForm: undefined },
  ]);
});
