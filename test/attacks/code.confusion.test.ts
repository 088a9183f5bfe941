/** TK-06, SE-11: a code, a link's token and a "not me" token never stand for one another, and a mail shows no code at its top. */
import { describe, expect, test } from 'vitest';
import { Mailbox, startRouter } from '../support/app.js';
import { newAddress, useSite, whoIs } from '../support/site.js';

const site = useSite();

/** A browser that has asked, and all that its mail and its link give out. */
async function asking() {
  const asker = site.browser();
  const email = newAddress();
  const asked = await site.requestLink(asker, email);
  return { ...asked, asker, email, code: await site.codeOf(asked) };
}

describe('TK-06: each of the three does what it is for, and nothing else', () => {
  test('TK-06: neither a code nor a "not me" token opens the link, in the requesting browser either', async () => {
    const { asker, email, token, path, code, notMe } = await asking();
    const plain = code.replace('-', '');
    const body = notMe.slice(4);
    for (const other of [code, plain, `pbl_${code}`, `pbl_${plain}`, token + code, notMe, body, `pbl_${body}`]) {
      for (const answer of [
        await asker.getJson(`/login/callback?token=${other}`),
        await asker.postJson('/login/callback', { token: other }),
      ]) {
        expect(answer.status, other).toBe(401);
        expect(answer.json(), other).toEqual({ error: 'link_invalid' });
      }
    }
    expect((await asker.postJson('/login', { invite: code })).json()).toEqual({ error: 'invalid_request' });
    expect(await whoIs(asker)).toBeUndefined();
    await asker.get(path);
    expect(await whoIs(asker)).toBe(email);
  });

  test('TK-06: neither token is a code, nor is any part of either, the record id or the cookie', async () => {
    const { asker, email, token, code, notMe } = await asking();
    const recordId = Buffer.from(token.slice(4), 'base64url').subarray(20, 36).toString('base64url');
    const others = [recordId, ...asker.cookies.values()];
    for (const text of [token, token.slice(4), notMe, notMe.slice(4), ...others]) {
      for (const other of [text, text.slice(0, 8), text.slice(-8)]) {
        const answer = await asker.postJson('/login/code', { code: other });
        expect(answer.json(), other).toEqual({ error: 'code_wrong' });
      }
    }
    expect(await whoIs(asker)).toBeUndefined();
    // What of these looked like a code was a try. In a browser with all of its tries:
    const fresh = await asking();
    for (const text of [token, notMe, fresh.token, fresh.notMe]) {
      expect((await fresh.asker.postJson('/login/code', { code: text })).status).toBe(401);
    }
    expect((await fresh.asker.postJson('/login/code', { code })).status, 'of another link').toBe(401);
    await fresh.asker.postJson('/login/code', { code: fresh.code });
    expect(await whoIs(fresh.asker)).toBe(fresh.email);
    expect(await whoIs(fresh.asker)).not.toBe(email);
  });

  test('TK-06: neither a code nor a login token says "not me", and a "not me" token of another app does not', async () => {
    const { token, code, notMe } = await asking();
    const body = token.slice(4);
    for (const other of [token, body, `pbn_${body}`, code, `pbn_${code}`, notMe.slice(4), `${notMe.slice(0, -1)}_A`]) {
      const answer = await site.browser().postJson('/login/not-me', { token: other });
      expect(answer.status, other).toBe(401);
      expect(answer.json(), other).toEqual({ error: 'link_invalid' });
    }
    expect((await site.browser().postJson('/login/not-me', { token: notMe })).json()).toEqual({ status: 'reported' });
    // The same secret, another origin.
    const { app } = await startRouter();
    const answer = await app.browser().postJson('/login/not-me', { token: notMe });
    expect(answer.json()).toEqual({ error: 'link_invalid' });
  });

  test('TK-06: nothing of a token is in the code or in the "not me" token but what names the link', async () => {
    const { token, notMe, code } = await asking();
    const [login, report] = [token, notMe].map((text) => Buffer.from(text.slice(4), 'base64url')) as [Buffer, Buffer];
    expect(report.subarray(0, 36)).toEqual(login.subarray(0, 36));
    // The secret and the MACs: no four bytes of one are in the other.
    for (let at = 42; at + 4 <= login.length; at++) expect(report.includes(login.subarray(at, at + 4))).toBe(false);
    expect(token + notMe).not.toContain(code.replace('-', ''));
  });
});

test.each(['en', 'de'])('SE-11: with mail.code it is neither in the subject nor in a preview: %s', async (language) => {
  const mailbox = new Mailbox();
  // The shortest name and address, so that the code comes as early as it can.
  const { browser } = await startRouter({
    options: { theme: { name: 'A' }, mail: { code: true, deliver: mailbox.deliver } },
  });
  await browser.post('/login', { email: 'a@b.cd' }, { 'accept-language': language });
  const { message } = await mailbox.next();
  expect(message.html).toContain(`lang="${language}"`);
  const code = message.text.match(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/m)?.[0] ?? '';
  expect(code).not.toBe('');
  const visible = message.html
    .replace(/<head>.*<\/head>/s, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  expect(visible).toContain(code);
  for (const part of [code, code.slice(0, 4), code.slice(5), code.replace('-', '')]) {
    expect(message.subject).not.toContain(part);
    expect(message.text.slice(0, 150)).not.toContain(part);
    expect(visible.slice(0, 150)).not.toContain(part);
  }
});
