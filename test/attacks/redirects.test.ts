/** RD: links have the configured origin, redirects stay on it, and no header of a request changes either. */
import { describe, expect, test } from 'vitest';
import { SECRET } from '../support/app.js';
import { runExample } from '../support/example.js';
import { sendRaw } from '../support/raw-request.js';
import { newAddress, type Site, startSite, useSite, whoIs } from '../support/site.js';

const ORIGIN = 'http://localhost:9';
const site = useSite({ env: { ORIGIN } });
const trusting = useSite({ env: { ORIGIN, TRUST_PROXY: 'true' } });

const form = (email: string) => `email=${encodeURIComponent(email)}`;
const FORM = 'Content-Type: application/x-www-form-urlencoded';

describe('RD-01: the link’s origin is the configured one', () => {
  const requests: [string, string[]][] = [
    ['Host', ['POST /login HTTP/1.1', 'Host: evil.test']],
    ['a port in Host', ['POST /login HTTP/1.1', 'Host: localhost:9@evil.test']],
    ['Host twice', ['POST /login HTTP/1.1', 'Host: localhost:9', 'Host: evil.test']],
    ['Host twice, the other way', ['POST /login HTTP/1.1', 'Host: evil.test', 'Host: localhost:9']],
    ['a folded Host', ['POST /login HTTP/1.1', 'Host: localhost:9', ' evil.test']],
    ['the absolute form', ['POST http://evil.test/login HTTP/1.1', 'Host: localhost:9']],
    ['the absolute form, https', ['POST https://evil.test/login HTTP/1.1', 'Host: evil.test']],
    ['HTTP/1.0 without Host', ['POST /login HTTP/1.0']],
    ...[
      'X-Forwarded-Host: evil.test',
      'X-Forwarded-Host: localhost:9, evil.test',
      'X-Host: evil.test',
      'X-Original-Host: evil.test',
      'X-Forwarded-Server: evil.test',
      'X-HTTP-Host-Override: evil.test',
      'Forwarded: host=evil.test;proto=https',
      'X-Forwarded-Proto: gopher',
      'X-Forwarded-Port: 666',
      'X-Forwarded-Prefix: /evil.test',
      'X-Original-URL: //evil.test',
      'X-Rewrite-URL: //evil.test',
      'Referer: https://evil.test/',
    ].map((header): [string, string[]] => [header, ['POST /login HTTP/1.1', 'Host: localhost:9', header]]),
    // A forged Origin passes only with this, which no page of another site can send.
    ['Origin', ['POST /login HTTP/1.1', 'Host: evil.test', 'Origin: https://evil.test', 'Sec-Fetch-Site: same-origin']],
  ];

  test.each(requests)('RD-01: whatever %s says', async (_what, lines) => {
    for (const target of [site, trusting] as Site[]) {
      const email = newAddress();
      const answer = await sendRaw(target.origin, [...lines, FORM], form(email));
      expect(answer).not.toContain('evil');
      if (answer.startsWith('HTTP/1.1 400')) continue;
      expect(answer).toMatch(/^HTTP\/1\.[01] 303 .*\r\n/);
      const mail = await target.mailTo(email);
      expect(mail.raw).not.toMatch(/evil|gopher|:666/);
      const links = `${mail.email.text} ${mail.email.html}`.match(/https?:\/\/[^\s"<]+/g) ?? [];
      expect(links.length).toBeGreaterThan(3);
      for (const link of links) {
        expect(link).toMatch(/^http:\/\/localhost:9\/login\/(?:callback\?token=pbl_|not-me\?token=pbn_)/);
      }
    }
  });

  test('RD-01: nor does a redirect, a page or the Strict hop follow Host', async () => {
    const asker = trusting.browser();
    const { path, token } = await trusting.requestLink(asker, newAddress(), { returnTo: '/account' });
    const evil = { host: 'evil.test', 'x-forwarded-host': 'evil.test' };
    const hop = await trusting.browser().get(path, { ...evil, 'sec-fetch-site': 'cross-site' });
    expect(hop.text).toContain(`url=${ORIGIN}/login/callback`);
    expect(hop.text).not.toContain('evil');
    // Where alone the code is to be typed, says the page that shows it.
    const code = await trusting.browser().post('/login/callback', { token }, evil);
    expect(code.text).toContain(`Enter it only at ${ORIGIN} and nowhere else.`);
    expect(code.text).not.toContain('evil');
    const opened = await asker.get(path, evil);
    expect(opened.headers.location).toBe(`${ORIGIN}/account`);
  });
});

test.each([
  'http://app.example.com',
  'https://app.example.com/path',
  'ftp://app.example.com',
  'https://u:p@app.example.com',
])('RD-02: an origin of %s ends the start', async (origin) => {
  const rest = { REDIS_URL: 'redis://127.0.0.1:1', SMTP_URL: 'smtp://127.0.0.1:1', LIMITS: 'on' };
  const secrets = { MAGIC_LINK_SECRET: SECRET, SESSION_SECRET: SECRET };
  const { code, stderr } = await runExample({ ...rest, ...secrets, ORIGIN: origin });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^origin must be /im);
});

/** What leads elsewhere, under an http or an https base, as a browser or a naive check reads it. */
const ELSEWHERE = [
  'https://evil.test/',
  'http://evil.test',
  '//evil.test',
  '///evil.test',
  '/\\evil.test',
  '\\\\evil.test',
  '\\/evil.test',
  '/\t/evil.test',
  '/\n/evil.test',
  '\t//evil.test',
  ' //evil.test',
  '\u0000//evil.test',
  '/.//evil.test',
  '/x/..//evil.test',
  '/%2e//evil.test',
  'https:evil.test',
  'https:/evil.test',
  'http:///evil.test',
  'hTTps://evil.test',
  'java\nscript:alert(1)',
  'javascript:alert(1)',
  'JavaScript://%0aalert(1)',
  'data:text/html,evil',
  'blob:http://localhost:9/evil',
  'vbscript:evil',
  'file:///etc/passwd',
  'http://localhost:9@evil.test/',
  'http://localhost:9.evil.test/',
  'http://localhost:90/evil',
  'http://localhost/evil',
  'https://localhost:9/evil',
  'http://user:pass@localhost:9/evil',
  '//localhost:9@evil.test',
  'http://evil.test#@localhost:9/',
  'http://evil.test\\@localhost:9/',
  'http://\u2488evil.test',
  'http:\\\\evil.test',
  '/\u2028/evil.test',
  '/account\r\nLocation: https://evil.test',
];

/** Ours, as the browser that follows it will judge. */
function expectOurs(location: string | undefined) {
  const target = new URL(location ?? 'about:blank', ORIGIN);
  expect(target.origin).toBe(ORIGIN);
  expect(target.username).toBe('');
  expect(target.pathname.startsWith('//')).toBe(false);
  expect(location).not.toMatch(/[\r\n\t\\]/);
  // Even a client that takes the path alone stays here.
  expect(new URL(target.pathname, ORIGIN).origin).toBe(ORIGIN);
}

describe('RD-05, RD-06: a return target is ours or none', () => {
  test.each(ELSEWHERE.map((target) => [JSON.stringify(target), target]))(
    'RD-05, RD-06: %s',
    async (_shown, returnTo) => {
      for (const json of [false, true]) {
        const asker = site.browser();
        const { path } = await site.requestLink(asker, newAddress(), { returnTo });
        const opened = await asker.get(path, json ? { accept: 'application/json' } : {});
        expectOurs(json ? opened.json<{ returnTo: string }>().returnTo : opened.headers.location);
        const again = await asker.get(path);
        expectOurs(again.headers.location);
        const sent = (await asker.getJson('/login/sent')).json<{ returnTo: string }>();
        expectOurs(sent.returnTo);
      }
    },
  );

  test.each(['/account', '/a?x=1#y', 'account', '?x', '/a//b', '/?u=https://evil.test', `${ORIGIN}/account`])(
    'RD-05: %s is kept',
    async (returnTo) => {
      const asker = site.browser();
      const { path } = await site.requestLink(asker, newAddress(), { returnTo });
      expect((await asker.get(path)).headers.location).toBe(new URL(returnTo, ORIGIN).href);
    },
  );

  test('RD-06: on an https origin an https: form without slashes leads nowhere else either', async () => {
    const https = await startSite({ env: { ORIGIN: 'https://localhost', TRUST_PROXY: '1' } });
    const proxied = { 'x-forwarded-proto': 'https' };
    for (const returnTo of ['https:evil.test', 'http:evil.test', 'https:/evil.test', '//evil.test', '/\\evil.test']) {
      const asker = https.browser();
      const { path } = await https.requestLink(asker, newAddress(), { returnTo }, proxied);
      const { location } = (await asker.get(path, proxied)).headers;
      expect(new URL(location ?? '').origin).toBe('https://localhost');
    }
  });
});

test('RD-07, SE-06: no Location holds token, address or record', async () => {
  const asker = site.browser();
  const email = newAddress();
  const asked = await site.requestLink(asker, email, { returnTo: '/account' });
  const answers = [
    asked.answer,
    await asker.get(asked.path),
    await asker.get(asked.path),
    await asker.post('/logout'),
    await asker.get('/account'),
  ];
  for (const { status, headers } of answers) {
    expect(status).toBe(303);
    expect(headers.location).not.toMatch(/token|pbl_|user\d|example/);
  }
});

describe('RD-08: no parameter at the redemption changes where it leads', () => {
  const NAMES = [
    'returnTo',
    'redirect',
    'redirect_uri',
    'next',
    'url',
    'callbackURL',
    'successRedirect',
    'failureRedirect',
  ];
  const evil = new URLSearchParams(NAMES.map((name): [string, string] => [name, 'https://evil.test/']));

  test.each(['GET', 'POST'])('RD-08: by %s, accepted or refused', async (method) => {
    const asker = site.browser();
    const { token, path } = await site.requestLink(asker, newAddress(), { returnTo: '/account' });
    const send = (text: string) =>
      method === 'GET'
        ? asker.get(`${path.replace(token, text)}&${evil}`)
        : asker.post(`/login/callback?${evil}`, `token=${text}&${evil}`);
    const refused = await send('forged');
    expect(refused.status).toBe(401);
    expect(refused.headers.location).toBeUndefined();
    expect(refused.text).not.toContain('evil.test');
    expect((await send(token)).headers.location).toBe(`${ORIGIN}/account`);
    expect(await whoIs(asker)).toBeDefined();
  });
});

test.each([
  '%0d%0aSet-Cookie:%20evil=1',
  '%0aX-Evil:%201',
  '%0d%0a%0d%0a<script>evil',
  '\u560d\u560aX-Evil: 1',
  '%E5%98%8D%E5%98%8AX-Evil:1',
])('RD-09: %s splits no header', async (evil) => {
  const raw = Buffer.from(evil).toString('latin1').replaceAll(' ', '%20');
  const email = newAddress();
  const asker = site.browser();
  await asker.post('/login', `${form(email)}&returnTo=/x${evil}`);
  const mail = await site.mailTo(email);
  const link = new URL(mail.email.text?.match(/^http\S+$/m)?.[0] ?? '');
  const cookie = `Cookie: ${asker.cookieHeader}`;
  for (const line of [
    `GET /login?returnTo=${raw}`,
    `GET /login/callback?token=${raw}`,
    `GET /login/callback${link.search}${raw}`,
    `GET /login/callback${link.search}&hop=${raw}`,
    `GET /${raw}`,
  ]) {
    const answer = await sendRaw(site.origin, [`${line} HTTP/1.1`, 'Host: localhost:9', cookie, 'Accept: text/html']);
    const [head = ''] = answer.split('\r\n\r\n');
    expect(head).not.toMatch(/^(?:X-Evil|Set-Cookie: evil)/im);
  }
});
