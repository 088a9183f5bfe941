/** Advisories of the threat catalogue about what a request makes of mail, links and redirects, tried here. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Browser, JSON_HEADERS } from '../support/browser.js';
import { sendRaw } from '../support/raw-request.js';
import { type Asked, newAddress, startSite, useSite } from '../support/site.js';
import { linkIn, tokenIn } from '../support/smtp.js';

const ORIGIN = 'http://localhost:9';
const site = useSite({ processes: 2 });

async function expectNoMailTo(pattern: RegExp) {
  // Had one of them been taken, its mail would have been on its way before this one.
  await site.requestLink(site.browser());
  expect(site.smtp.mails.flatMap(({ to }) => to).filter((to) => pattern.test(to))).toEqual([]);
}

test('PK-02, CVE-2024-56734 (better-auth): the callback URL was judged on POST only', async () => {
  for (const evil of ['//evil.test', 'https://evil.test/', '/\\evil.test']) {
    const query = new URLSearchParams({ callbackURL: evil, returnTo: evil, redirect: evil }).toString();
    const ways = [
      (jar: Browser, { path }: Asked) => jar.get(`${path}&${query}`),
      (jar: Browser, { token }: Asked) => jar.post(`/login/callback?${query}`, `token=${token}&${query}`),
    ];
    for (const send of ways) {
      const asker = site.browser();
      const asked = await site.requestLink(asker, newAddress(), { returnTo: evil, callbackURL: evil });
      expect((await send(asker, asked)).headers.location).toBe(`${ORIGIN}/`);
    }
  }
});

test('PK-02, CVE-2022-35924, GHSA-xv97-c62v-4587 (next-auth): a list of recipients reached the attacker too', async () => {
  for (const separator of [',', ', ', ';', ' ', '%2C', '\n']) {
    const email = `victim@listed.test${separator}attacker@listed.test`;
    expect((await site.browser().postJson('/login', { email })).json()).toEqual({ error: 'invalid_address' });
  }
  await expectNoMailTo(/listed\.test/);
});

test('PK-02, GHSA-5jpx-9hw9-2fx4, GHSA-mm7p-fcc7-pg87 (next-auth, nodemailer): a quoted local part was another recipient', async () => {
  for (const email of [
    '"attacker@quoted.test x"@victim.test',
    '"attacker@quoted.test"@victim.test',
    '"a\\"b"@quoted.test',
  ]) {
    expect((await site.browser().postJson('/login', { email })).json()).toEqual({ error: 'invalid_address' });
  }
  await expectNoMailTo(/quoted\.test|^"/);
});

test('PK-02, CVE-2026-73420, GHSA-7rqj-j65f-68wh (next-auth): the address was judged before NFKC', async () => {
  for (const email of [
    'attacker@folded.test\uff20victim.test',
    'victim\ufe6bfolded.test',
    'v@victim.test\uff0ca@folded.test',
  ]) {
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) {
      const answer = await site.browser().postJson('/login', { email: email.normalize(form) });
      // One @ in ASCII after the folding is what anybody may type.
      if (email.normalize(form) === 'victim@folded.test') continue;
      expect(answer.json()).toEqual({ error: 'invalid_address' });
    }
  }
  await expectNoMailTo(/^(?!victim@folded\.test).*folded\.test/);
});

test('PK-02, CVE-2026-62862 (Typebot): a short code of Math.random, no limit that held, and many live at once', async () => {
  const limited = await startSite({ redis: true, env: { LIMITS: 'on' } });
  const email = newAddress();
  const answers = [];
  for (let i = 0; i < 40; i++) {
    answers.push(await limited.browser().post('/login', { email }, { 'x-forwarded-for': `192.0.2.${i}` }));
  }
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  // The 32 random bytes of a token are 43 of its characters; the rest of it is no secret.
  const token = tokenIn(linkIn((await limited.mailTo(email)).email.text));
  expect(token).toMatch(/^pbl_[\w-]{112}$/);
  expect(await limited.recipients()).toHaveLength(2);
});

test('PK-02, CVE-2026-39912 (v2board): the link was in the answer to the requester', async () => {
  for (const headers of [{}, JSON_HEADERS]) {
    const asker = site.browser();
    const email = newAddress();
    const answer = await asker.post('/login', { email }, headers);
    const { raw } = await site.mailTo(email);
    const token = raw.replaceAll('=\r\n', '').match(/pbl_[A-Za-z0-9_-]{112}/)?.[0] ?? '';
    const pages = [
      answer,
      await asker.get('/login/sent'),
      await asker.getJson('/login/sent'),
      await asker.get('/login'),
    ];
    for (const { text, headers: said } of pages) {
      const everything = text + decodeURIComponent(JSON.stringify(said));
      expect(everything).not.toMatch(/pbl_|login\/callback\?/);
      expect(everything).not.toContain(token.slice(60, 110));
    }
  }
});

test('PK-02, CVE-2026-93340, CVE-2017-12161, Note-Vault 561, monica 7154: Host or Origin went into the mailed link', async () => {
  const evil = [
    'Host: evil.test',
    'X-Forwarded-Host: evil.test',
    'Forwarded: host=evil.test',
    'Origin: https://evil.test',
    'Referer: https://evil.test/',
  ];
  const email = newAddress();
  const body = `email=${email}&origin=https://evil.test&baseUrl=https://evil.test&callbackURL=https://evil.test`;
  const type = 'Content-Type: application/x-www-form-urlencoded';
  await sendRaw(site.origin, ['POST /login HTTP/1.1', ...evil, 'Sec-Fetch-Site: same-origin', type], body);
  const { email: mail, raw } = await site.mailTo(email);
  expect(mail.text).toContain(`\n${ORIGIN}/login/callback?token=`);
  expect(raw).not.toContain('evil');
});

test('PK-02, nodemailer 8.x (envelope.size CRLF, GHSA-vvjj-xcjg-gr5g EHLO name, List-* headers, raw): nothing of a request is in SMTP', async () => {
  for (const input of ['x\r\nRCPT TO:<e@injected.test>', 'injected.test']) {
    const email = newAddress();
    const query = encodeURIComponent(input);
    const headers = { 'user-agent': 'injected.test', 'x-forwarded-host': 'injected.test', host: 'injected.test' };
    const fields = { email, name: input, envelope: input, raw: input, list: input, headers: input, size: input };
    await site.browser().post(`/login?list=${query}&raw=${query}`, fields, headers);
    const { raw, to } = await site.mailTo(email);
    expect(to).toEqual([email]);
    expect(raw).not.toMatch(/injected|^List-/im);
  }
  const { version } = JSON.parse(
    readFileSync(new URL('../../node_modules/nodemailer/package.json', import.meta.url), 'utf8'),
  );
  expect(Number(version.split('.')[0])).toBeGreaterThan(8);
});
