/** BD: the session that a link is bound to: kept before any mail, never named in our own keys, done with at the login. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { dump } from '../support/redis.js';
import { newAddress, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';
import { expectWrongBrowser } from '../support/wrong-browser.js';

const site = useSite({ redis: true });

test('BD-03: a request makes a session, which is kept before the mail goes out; a mere visit makes none', async () => {
  const asker = site.browser();
  const sessions = () => site.admin().keys('sess:*');
  const before = await sessions();
  expect((await asker.get('/login')).setCookies).toEqual([]);
  expect((await asker.get('/login/sent')).setCookies).toEqual([]);
  expect(await sessions()).toHaveLength(before.length);
  const { answer } = await site.requestLink(asker);
  expect(answer.setCookies).toHaveLength(1);
  expect(await sessions()).toContain(`sess:${sessionIdIn(asker)}`);
});

test('BD-03: no mail goes out while the session cannot be kept', async () => {
  const own = await startSite({ redis: true });
  const admin = own.admin();
  // Redis takes links still, which are hashes, and no sessions.
  await admin.call('ACL', 'SETUSER', 'default', '-set');
  const refused = await own.browser().postJson('/login', { email: newAddress() });
  await admin.call('ACL', 'SETUSER', 'default', '+set');
  const { mail } = await own.requestLink(own.browser());
  expect(await own.recipients()).toEqual(mail.to);
  expect(refused.status).toBe(503);
});

test('BD-04: the session ID is in no key or value of ours, nor is a plain hash of it', async () => {
  const asker = site.browser();
  await site.requestLink(asker);
  const id = sessionIdIn(asker);
  const everything = [...(await dump(site.redis))];
  expect(everything.map(([key]) => key)).toContain(`sess:${id}`);
  const ours = everything
    .filter(([key]) => key.startsWith('pbl:'))
    .flat()
    .join('\n');
  const cookie = decodeURIComponent(asker.cookies.get('sid') ?? '');
  const hashes = ['md5', 'sha1', 'sha256', 'sha512'].flatMap((name) =>
    (['hex', 'base64', 'base64url'] as const).map((encoding) => createHash(name).update(id).digest(encoding)),
  );
  for (const text of [id, cookie, ...hashes]) expect(ours).not.toContain(text);
});

test('BD-06: a login erases the binding', async () => {
  const asker = site.browser();
  const sessionOf = () => site.admin().get(`sess:${sessionIdIn(asker)}`);
  await site.requestLink(asker);
  expect(await sessionOf()).toMatch(/"nonce":"[A-Za-z0-9_-]{43}"/);
  await site.logIn(newAddress(), asker);
  expect(await sessionOf()).not.toContain('nonce');
});

test('BD-10: a browser whose session was renewed since is told so, with a way on', async () => {
  const asker = site.browser();
  const asked = await site.requestLink(asker);
  await site.admin().del(`sess:${sessionIdIn(asker)}`);
  await expectWrongBrowser(asker, asked);
  await site.requestLink(asker);
  await expectWrongBrowser(asker, asked);
  const page = await asker.post('/login/callback', { token: asked.token });
  expect(page.text).toContain('href="/login"');
  await site.logIn(newAddress(), asker);
});

test('BD-10: the binding is neither the session ID alone nor the nonce alone', async () => {
  const admin = site.admin();
  const [asker, other] = [site.browser(), site.browser()];
  const asked = await site.requestLink(asker);
  await site.requestLink(other);
  const keys = [asker, other].map((browser) => `sess:${sessionIdIn(browser)}`) as [string, string];
  const [mine, theirs] = (await admin.mget(keys)) as [string, string];
  await admin.mset(keys[0], theirs, keys[1], mine);
  await expectWrongBrowser(asker, asked);
  await expectWrongBrowser(other, asked);
  await admin.mset(keys[0], mine, keys[1], theirs);
  await asker.get(asked.path);
  expect(await whoIs(asker)).toBeDefined();
});
