/** SC: scanners, prefetchers, framers and rewriters neither burn a link nor use it. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Answer, Browser } from '../support/browser.js';
import { type Asked, newAddress, useSite, whoIs } from '../support/site.js';

const site = useSite();

async function expectStillGood(asker: Browser, { path }: Asked) {
  expect((await asker.get(path)).status).toBe(303);
  expect(await whoIs(asker)).toBeDefined();
}

test('SC-01: nothing that comes without the requesting session uses a link up or gets a cookie', async () => {
  const asker = site.browser();
  const asked = await site.requestLink(asker);
  const scanner = site.browser();
  for (let i = 0; i < 50; i++) {
    const answers = [
      await scanner.get(asked.path),
      await scanner.send(asked.path, { method: 'HEAD' }),
      await scanner.send(asked.path, { method: 'OPTIONS' }),
      await scanner.post('/login/callback', { token: asked.token }),
      await scanner.postJson('/login/callback', { token: asked.token }),
      await scanner.post(asked.path, { token: asked.token }, { 'sec-fetch-site': 'same-origin' }),
    ];
    for (const { setCookies } of answers) expect(setCookies).toEqual([]);
  }
  expect(await whoIs(scanner)).toBeUndefined();
  await expectStillGood(asker, asked);
});

const SPECULATIVE: Record<string, string>[] = [
  { 'sec-purpose': 'prefetch' },
  { 'sec-purpose': 'prefetch;prerender' },
  { 'sec-purpose': 'prefetch;anonymous-client-ip' },
  { purpose: 'prefetch' },
  { 'x-moz': 'prefetch' },
  { 'sec-fetch-dest': 'empty' },
  { 'sec-fetch-dest': 'image' },
  { 'sec-fetch-dest': 'iframe' },
];

test.each(SPECULATIVE)(
  'SC-01, SC-04: %o uses nothing up, with the requesting browser’s cookie either',
  async (headers) => {
    const asker = site.browser();
    const asked = await site.requestLink(asker);
    for (let i = 0; i < 50; i++) {
      const method = i % 2 ? 'HEAD' : 'GET';
      const answer = await asker.send(asked.path, { method, headers });
      expect(answer.status).toBe(200);
      expect(answer.setCookies).toEqual([]);
      expect(answer.text).not.toMatch(/<script|http-equiv="refresh"/i);
    }
    expect(await whoIs(asker)).toBeUndefined();
    await expectStillGood(asker, asked);
  },
);

test('SC-01: HEAD and OPTIONS use nothing up, with the requesting browser’s cookie either', async () => {
  const asker = site.browser();
  const asked = await site.requestLink(asker);
  for (let i = 0; i < 50; i++) {
    for (const method of ['HEAD', 'OPTIONS']) {
      const answer = await asker.send(asked.path, { method });
      expect(answer.setCookies).toEqual([]);
      expect(answer.headers.location).toBeUndefined();
    }
  }
  await expectStillGood(asker, asked);
});

test('SC-03: the page that others see has one button, and nothing that presses it', async () => {
  const { path } = await site.requestLink(site.browser());
  const { text } = await site.browser().get(path);
  expect(text).not.toMatch(/<script|http-equiv="refresh"|\son[a-z]+\s*=|javascript:|<iframe|<object|<embed/i);
  expect(text.match(/<form[^>]*>/g)).toEqual(['<form method="post" action="/login/callback">']);
  expect(text.match(/<button/g)).toHaveLength(1);
});

test.each<[string, Record<string, string>]>([
  ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }],
  ['a sandboxed frame', { 'sec-fetch-site': 'cross-site', origin: 'null' }],
  ['another host of the site', { 'sec-fetch-site': 'same-site' }],
  ['an old browser', { origin: 'https://evil.test' }],
  ['an old browser, sandboxed', { origin: 'null' }],
  ['one that lies in Referer', { 'sec-fetch-site': 'cross-site', referer: 'http://localhost/login' }],
])('SC-05: a POST from %s is refused with the asking cookie too, and burns nothing', async (_from, headers) => {
  const asker = site.browser();
  const asked = await site.requestLink(asker);
  const answer = await asker.postJson('/login/callback', { token: asked.token }, headers);
  expect(answer.status).toBe(403);
  expect(answer.json()).toEqual({ error: 'cross_site' });
  expect(answer.setCookies).toEqual([]);
  expect(await whoIs(asker)).toBeUndefined();
  await expectStillGood(asker, asked);
});

/** Every page of the login, with the answer's name. */
async function everyPage(): Promise<[string, Answer][]> {
  const asker = site.browser();
  const { path, token, notMe } = await site.requestLink(asker);
  const again = await site.logIn();
  const confirm = await site.requestLink(again.browser);
  return [
    ['form', await site.browser().get('/login?returnTo=/account')],
    ['form, refused', await site.browser().post('/login', { email: 'nobody' })],
    ['sent', await asker.get('/login/sent')],
    ['sent, wrong code', await asker.post('/login/code', { code: 'ZZZZ-ZZZZ' })],
    ['sent, logged in', await (await site.logIn()).browser.get('/login/sent')],
    ['landing', await site.browser().get(path)],
    ['hop', await site.browser().get(path, { 'sec-fetch-site': 'cross-site' })],
    ['confirm', await again.browser.get(confirm.path)],
    ['wrong browser', await site.browser().post('/login/callback', { token })],
    ['not me', await site.browser().get(`/login/not-me?token=${notMe}`)],
    ['not me, of the account', await again.browser.get(`/login/not-me?token=${again.notMe}`)],
    ['not me, cut off', await site.browser().get(`/login/not-me?token=${notMe.slice(0, -1)}`)],
    ['reported', await site.browser().post('/login/not-me', { token: notMe })],
    ['reported and ended', await again.browser.post('/login/not-me', { token: again.notMe, end: 'links' })],
    ['forged', await site.browser().get('/login/callback?token=forged')],
    ['cross site', await site.browser().post('/login', {}, { 'sec-fetch-site': 'cross-site' })],
    ['method', await site.browser().send('/login', { method: 'PUT' })],
    ['bad body', await site.browser().post('/login', '%')],
  ];
}

/** What makes waiting pleasant. */
const WITH_SCRIPT = ['sent', 'sent, wrong code'];

test('SC-06, SC-07, SC-09: no page can be framed, runs a script but the waiting one its own, or takes anything from elsewhere', async () => {
  for (const [name, { headers, text }] of await everyPage()) {
    const policy = new Map(
      (headers['content-security-policy'] as string).split(';').map((part) => {
        const [directive = '', ...sources] = part.trim().split(' ');
        return [directive, sources.join(' ')] as const;
      }),
    );
    expect(headers['x-frame-options'], name).toBe('DENY');
    expect(headers['x-content-type-options'], name).toBe('nosniff');
    expect(policy.get('frame-ancestors'), name).toBe("'none'");
    expect(policy.get('default-src'), name).toBe("'none'");
    expect(policy.get('base-uri'), name).toBe("'none'");
    expect(policy.get('form-action'), name).toMatch(/^'(?:self|none)'$/);
    const scripts = [...text.matchAll(/<script>(.*?)<\/script>/gs)].map(([, script = '']) => script);
    expect(scripts, name).toHaveLength(WITH_SCRIPT.includes(name) ? 1 : 0);
    // By its digest: no other text would run.
    const digests = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
    expect(policy.get('script-src') ?? '', name).toBe(digests.join(' '));
    expect(policy.get('connect-src') ?? "'self'", name).toBe("'self'");
    expect(policy.get('style-src'), name).not.toContain('unsafe');
    const markup = text.replaceAll(/<script>.*?<\/script>/gs, '');
    expect(markup, name).not.toMatch(/<script|\son[a-z]+\s*=/i);
    const targets = [...markup.matchAll(/(?:href|src|action|url)=["']?([^"'>\s]+)/g)].map(([, target]) => target ?? '');
    for (const target of targets) expect(new URL(target, site.origin).origin, name).toBe(site.origin);
  }
});

describe('SC-07: what is typed comes back as text', () => {
  const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
  const encoded = encodeURIComponent(EVIL);

  test('SC-07: through every input', async () => {
    const { path, token, notMe } = await site.requestLink(site.browser(), newAddress(), { returnTo: `/${EVIL}` });
    const headers = { 'user-agent': EVIL, referer: `http://localhost/${EVIL}`, 'accept-language': EVIL };
    const browser = site.browser();
    const answers = [
      await browser.get(`/login?returnTo=${encoded}`, headers),
      await browser.get(`/login?${encoded}=${encoded}`, headers),
      await browser.post('/login', { email: EVIL, returnTo: EVIL }, headers),
      await browser.get(`/login/callback?token=${encoded}`, headers),
      await browser.get(`${path}&hop=${encoded}&x=${encoded}`, { ...headers, 'sec-fetch-site': 'cross-site' }),
      await browser.get(`${path}${encoded}`, headers),
      await browser.post(`/login/callback?x=${encoded}`, { token: EVIL }, headers),
      await browser.post('/login/callback', { token, [EVIL]: EVIL }, headers),
      await browser.get(`/login/sent?x=${encoded}`, headers),
      await browser.post('/login/code', { code: EVIL, [EVIL]: EVIL }, headers),
      await browser.get(`/login/not-me?token=${encoded}`, headers),
      await browser.get(`/login/not-me?token=${notMe}&x=${encoded}`, headers),
      await browser.post('/login/not-me', { token: notMe, end: EVIL, [EVIL]: EVIL }, headers),
      await browser.get(`/${encoded}`, headers),
    ];
    for (const { text } of answers) {
      expect(text).not.toContain('<script>alert');
      expect(text).not.toContain('<img');
    }
    // The one that shows what was typed shows all of it.
    expect(answers[2]?.text).toContain('&quot;&gt;&lt;script&gt;alert(1)');
  });
});

describe('SC-08: no decision hangs on what a User-Agent says', () => {
  const AGENTS = [
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) BingPreview/1.0b',
    'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
    'Barracuda Sentinel (EE)',
    'curl/8.0',
    '',
  ];

  test.each(AGENTS)(
    'SC-08: "%s" with the requesting browser’s cookie logs in, without it sees what all see',
    async (agent) => {
      const asker = site.browser();
      const { path } = await site.requestLink(asker);
      const [as, plain] = [await site.browser().get(path, { 'user-agent': agent }), await site.browser().get(path)];
      expect(as.text).toBe(plain.text);
      expect((await asker.get(path, { 'user-agent': agent })).status).toBe(303);
      expect(await whoIs(asker)).toBeDefined();
    },
  );
});

describe('SC-10: a rewritten link', () => {
  const all = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

  test.each<[string, (token: string) => string]>([
    ['wrapped and unwrapped', (token) => decodeURIComponent(encodeURIComponent(`/login/callback?token=${token}`))],
    ['percent-encoded throughout', (token) => `/login/callback?token=${all(token)}`],
    ['with what analytics add', (token) => `/login/callback?utm_source=mail&token=${token}&fbclid=x#top`],
    ['with a slash', (token) => `/login/callback/?token=${token}`],
  ])('SC-10: %s works', async (_how, rewritten) => {
    const asker = site.browser();
    const { token } = await site.requestLink(asker);
    expect((await asker.get(rewritten(token))).status).toBe(303);
    expect(await whoIs(asker)).toBeDefined();
  });

  test.each(['.', '>', '%0A', '%0D%0A', ',', ')', '%3E', '=3D', '%20'])(
    'SC-10: damaged by "%s" says so kindly, and the whole one still works',
    async (damage) => {
      const asker = site.browser();
      const asked = await site.requestLink(asker);
      for (const path of [asked.path + damage, asked.path.slice(0, -20) + damage + asked.path.slice(-20)]) {
        const answer = await asker.get(path);
        expect(answer.status).toBe(401);
        expect(answer.text).toMatch(/isn’t valid\. Part of it may be missing/);
        expect(answer.text).toContain('href="/login"');
      }
      await expectStillGood(asker, asked);
    },
  );
});
