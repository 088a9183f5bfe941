/** What the example does about accounts that were there before their proof, are disabled, or are deleted; in this process. */
import { createServer } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createApp } from '../../example-app/app.js';
import { readSettings } from '../../example-app/settings.js';
import { SECRET } from '../support/app.js';
import { Browser } from '../support/browser.js';
import type { InboxMail } from '../support/example.js';
import { listen } from '../support/ports.js';
import { whoIs } from '../support/site.js';
import { tokenIn } from '../support/smtp.js';
import { codeOf } from '../support/totp.js';

const EMAIL = 'ada@example.test';

async function startInProcess() {
  const server = createServer();
  const origin = await listen(server);
  const env = { MAGIC_LINK_SECRET: SECRET, SESSION_SECRET: SECRET, LIMITS: 'off' };
  const example = await createApp(readSettings(env), origin);
  server.on('request', example.app);
  const accessLog = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(async () => {
    accessLog.mockRestore();
    server.close();
    await example.close(Promise.resolve());
  });
  const browser = () => new Browser(origin);
  const ask = async (asker: Browser) => {
    const before = (await asker.getJson('/dev/inbox.json')).json<InboxMail[]>().length;
    await asker.post('/login', { email: EMAIL });
    for (;;) {
      const mails = (await asker.getJson('/dev/inbox.json')).json<InboxMail[]>();
      if (mails.length > before) return { path: mails[0]?.link ?? '', token: tokenIn(mails[0]?.link ?? '') };
    }
  };
  const logIn = async (asker = browser()) => {
    const { token } = await ask(asker);
    await asker.postJson('/login/callback', { token });
    return asker;
  };
  const user = async () => (await example.users.findOrCreate(EMAIL)) as NonNullable<typeof found>;
  let found: Awaited<ReturnType<typeof example.users.findOrCreate>>;
  return { ...example, browser, ask, logIn, user };
}

async function enrol(browser: Browser) {
  const { secret } = (await browser.postJson('/step-up/totp/enrol', {})).json<{ secret: string }>();
  await browser.postJson('/step-up/totp/confirm', { code: codeOf(secret, Date.now()) });
}

const factorsOf = async (browser: Browser) =>
  (await browser.getJson('/step-up')).json<{ factors: unknown[]; waiting: unknown[] }>();

test('AC-01: the first proof of a mailbox ends what an account had that was never proven', async () => {
  const { users, logIn, user } = await startInProcess();
  const owner = await logIn();
  await enrol(owner);
  const { id, signupRecordId } = await user();
  // The account of somebody who got in by another door, as far as it can be told: nobody has proven the mailbox.
  expect(await users.update(id, ({ signupRecordId: _, ...row }) => row)).toBeDefined();
  expect(await whoIs(owner)).toBe(EMAIL);
  const proven = await logIn();
  expect(await whoIs(owner)).toBeUndefined();
  expect(await factorsOf(proven)).toMatchObject({ factors: [], waiting: [] });
  expect(await user()).toMatchObject({ id, signupRecordId: expect.any(String) });
  expect((await user()).signupRecordId).not.toBe(signupRecordId);
  // It comes once: what the owner sets from now on stays.
  await enrol(proven);
  const again = await logIn();
  expect((await factorsOf(again)).factors).not.toEqual([]);
  expect(await whoIs(proven)).toBe(EMAIL);
});

test('AC-01: an imported account is nobody’s until its mailbox is proven, and one that a link makes is proven', async () => {
  const { users, logIn, user } = await startInProcess();
  const imported = await users.findOrCreate(EMAIL);
  expect(imported?.signupRecordId).toBeUndefined();
  expect(await whoIs(await logIn())).toBe(EMAIL);
  expect(await user()).toMatchObject({ id: imported?.id, signupRecordId: expect.any(String) });
});

test('AC-02: a disabled user is nobody: by the session that is there, by a link that was sent, by a new one', async () => {
  const { users, accounts, browser, ask, logIn, user } = await startInProcess();
  const [owner, asker] = [await logIn(), browser()];
  const sent = await ask(asker);
  // The row alone, by whatever hand, is enough for sessions.
  const { id } = await user();
  await users.update(id, (row) => ({ ...row, disabled: true }));
  expect(await whoIs(owner)).toBeUndefined();
  await users.update(id, (row) => ({ ...row, disabled: false }));
  await accounts.disable(await user());
  expect((await asker.postJson('/login/callback', { token: sent.token })).json()).toEqual({ error: 'link_revoked' });
  const { token } = await ask(asker);
  expect((await asker.postJson('/login/callback', { token })).json()).toEqual({ error: 'login_refused' });
  // Refused, and spent all the same.
  expect((await asker.postJson('/login/callback', { token })).json()).toEqual({ error: 'link_used' });
});

test('AC-03: a deleted account is gone with its factors and its history; the address makes a new one', async () => {
  const { accounts, logIn, user } = await startInProcess();
  const owner = await logIn();
  await enrol(owner);
  const { id } = await user();
  await accounts.remove(await user());
  expect(await whoIs(owner)).toBeUndefined();
  const next = await logIn();
  expect((await user()).id).not.toBe(id);
  expect(await whoIs(owner)).toBeUndefined();
  expect(await factorsOf(next)).toMatchObject({ factors: [], waiting: [] });
  expect((await next.getJson('/security')).json()).toMatchObject({ devices: [{ logins: 1 }] });
});
