/** Invitations from code: a mail whose link begins an ordinary login, wherever it is opened. */
import { describe, expect, test } from 'vitest';
import { type InvitationOptions, UnavailableError } from '../../lib/index.js';
import { sealValue } from '../../lib/protocol/envelope.js';
import { ada, CALLBACK, requestLink, startRouter, type TestAppConfig, typesOf, userOf } from '../support/app.js';
import { JSON_HEADERS } from '../support/browser.js';

const DAY = 86_400;

/** An invitation as its mail brings it; `code` is what the form sends. */
async function invited(options: Partial<InvitationOptions> = {}, config: TestAppConfig = {}) {
  let now = Date.now();
  const outcomes: unknown[] = [];
  const { app, browser } = await startRouter({
    ...config,
    options: { clock: () => now, ...config.options },
    before: (express) =>
      express.use((req, res, next) => {
        res.once('finish', () => outcomes.push(req.magicLink));
        next();
      }),
  });
  await app.strategy.invite({ address: ada.email, ...options });
  const mail = await app.mailbox.next();
  const invite = new URL(mail.link).searchParams.get('invite') ?? '';
  return { app, browser, invite, outcomes, ...mail, pass: (seconds: number) => (now += seconds * 1000) };
}

const inviteIn = (text: string) => text.match(/name="invite" value="([^"]+)"/)?.[1];

test('AC-06: the mail goes to the address, with one link to the login form and no token', async () => {
  const { app, message, link } = await invited();
  expect(message.to).toEqual({ name: '', address: ada.email });
  expect(message.subject).toContain('Invitation');
  expect(message.text.match(/https?:\S+/g)).toEqual([link]);
  expect(link.startsWith(`${app.origin}/login?invite=`)).toBe(true);
  expect(message.text + message.html).not.toMatch(/pbl_|pbn_/);
  expect(link).not.toMatch(/ada|example\.com/);
});

test('AC-06: opened, it spends nothing, logs nobody in, and asks for nothing', async () => {
  const { app, browser, path } = await invited();
  for (const method of ['GET', 'HEAD', 'GET']) expect((await browser.send(path, { method })).setCookies).toEqual([]);
  expect((await browser.get(path)).text).toContain(`invited to log in as ${ada.email}`);
  expect(await userOf(browser)).toBeUndefined();
  expect(typesOf(app)).toEqual(['mail.sent']);
});

test('AC-06: its button requests a link, in whatever browser it is pressed, any number of times', async () => {
  const { app, path } = await invited();
  for (const browser of [app.browser(), app.browser()]) {
    const invite = inviteIn((await browser.get(path)).text) ?? '';
    const answer = await browser.post('/login', { invite });
    expect([answer.status, answer.headers.location]).toEqual([303, '/login/sent']);
    expect(await userOf(browser)).toBeUndefined();
    const mail = await app.mailbox.next();
    expect(mail.message.to.address).toBe(ada.email);
    expect((await app.browser().getJson(mail.path)).json()).toEqual({ status: 'landing' });
    expect((await browser.get(mail.path)).status).toBe(303);
    expect(await userOf(browser)).toEqual(ada);
  }
});

test('state and returnTo come back in the claims of that login', async () => {
  const { app, browser, invite, outcomes } = await invited({ returnTo: '/team?id=1', state: 'team=7' });
  await browser.postJson('/login', { invite });
  const { path } = await app.mailbox.next();
  expect((await browser.get(path)).headers.location).toBe(`${app.origin}/team?id=1`);
  expect(outcomes.at(-1)).toMatchObject({
    status: 'authenticated',
    claims: { address: ada.email, state: 'team=7', returnTo: `${app.origin}/team?id=1` },
  });
});

test('what else the form says does not change whom it is for, or where it leads', async () => {
  const { app, browser, invite } = await invited({ returnTo: '/team' });
  await browser.post('/login', { invite, email: 'eve@example.com', returnTo: '/other', state: 'x' });
  const { message, path } = await app.mailbox.next();
  expect(message.to.address).toBe(ada.email);
  expect((await browser.get(path)).headers.location).toBe(`${app.origin}/team`);
});

test('EN-03: it draws on the limits like any ask; what is wrong is shown beside it', async () => {
  const { browser, invite } = await invited({}, { options: { limits: {} } });
  expect((await browser.post('/login', { invite })).status).toBe(303);
  const answer = await browser.post('/login', { invite });
  expect(answer.status).toBe(429);
  expect(inviteIn(answer.text)).toBe(invite);
  expect(answer.text).toContain('role="alert">Please wait 30 seconds');
});

describe('an invitation that is none any more, or never was', () => {
  const refused = async ({ app, browser }: Awaited<ReturnType<typeof invited>>, invite: string) => {
    const form = await browser.get(`/login?invite=${encodeURIComponent(invite)}`);
    expect([form.status, form.text.includes('name="email"'), inviteIn(form.text)]).toEqual([200, true, undefined]);
    const answer = await browser.postJson('/login', { invite });
    expect([answer.status, answer.json()]).toEqual([400, { error: 'invalid_request' }]);
    expect(typesOf(app)).not.toContain('link.requested');
  };

  test.each([
    [{}, 7 * DAY],
    [{ ttl: 60 }, 60],
    [{ ttl: 30 * DAY }, 30 * DAY],
  ])('under %j it ends after %d seconds', async (options, life) => {
    const started = await invited(options);
    started.pass(life - 1);
    expect(inviteIn((await started.browser.get(started.path)).text)).toBe(started.invite);
    started.pass(1);
    await refused(started, started.invite);
  });

  test('forged, cut off or made up', async () => {
    const started = await invited();
    const { invite } = started;
    const changed = invite.replace(/.{8}$/, (end) => [...end].reverse().join('').replace(/./, '-'));
    for (const each of [changed, invite.slice(0, -4), invite.slice(4), 'x', '__proto__', '']) {
      await refused(started, each);
    }
  });

  test('of another app', async () => {
    const other = await invited({}, { options: { secret: 'another secret of the tests, long enough' } });
    await refused(await invited(), other.invite);
  });

  test('TK-06: the token of a link, of "not me", and what the session keeps sealed', async () => {
    const started = await invited();
    const { app, browser } = started;
    const asker = app.browser();
    const { token, notMe } = await requestLink(app, asker);
    const { session } = (await asker.get('/me')).json<{ session: Record<string, { binding: { ask: string } }> }>();
    const sealed = session['passport-bound-link']?.binding.ask ?? '';
    // As an invitation would be, had it been sealed for what the session keeps.
    const other = sealValue(app.strategy.services.config.keyring, 'ask', [Number.MAX_SAFE_INTEGER, ada.email]);
    for (const each of [token, notMe.token, sealed, other]) {
      const answer = await browser.postJson('/login', { invite: each });
      expect([answer.status, answer.json()]).toEqual([400, { error: 'invalid_request' }]);
    }
  });

  test('TK-06: an invitation opens no link and reports nothing', async () => {
    const { browser, invite } = await invited();
    for (const path of [CALLBACK, '/login/not-me']) {
      expect((await browser.postJson(path, { token: invite })).json()).toEqual({ error: 'link_invalid' });
    }
  });

  test('IN-15: twice in a form, or no text', async () => {
    const { browser, invite } = await invited();
    const twice = await browser.post('/login', `invite=${invite}&invite=${invite}`, JSON_HEADERS);
    expect([twice.status, twice.json()]).toEqual([400, { error: 'invalid_request' }]);
    for (const odd of [1, null, [invite], { invite }]) {
      expect((await browser.postJson('/login', { invite: odd, ...ada })).json()).toEqual({ error: 'invalid_request' });
    }
  });
});

describe('strategy.invite()', () => {
  test.each([
    ['address', { address: 'nobody' }],
    ['address', { address: 'a@example.com, b@example.com' }],
    ['address', { address: undefined }],
    ['returnTo', { returnTo: 'https://evil.test/' }],
    ['returnTo', { returnTo: '//evil.test' }],
    ['state', { state: 'x'.repeat(1025) }],
    ['state', { state: { team: 7 } }],
    ['ttl', { ttl: 59 }],
    ['ttl', { ttl: 30 * DAY + 1 }],
    ['ttl', { ttl: 60.5 }],
    ['ttl', { ttl: '60' }],
    ['email', { email: ada.email }],
    ['language must be one of: en, de', { language: 'fr' }],
    ['language must be one of: en, de', { language: '' }],
    ['language must be one of: en, de', { language: '__proto__' }],
  ])('wrong %s is a TypeError that names it, and no mail: %j', async (name, options) => {
    const { app } = await startRouter();
    const attempt = app.strategy.invite({ address: ada.email, ...options } as InvitationOptions);
    await expect(attempt).rejects.toThrow(TypeError);
    await expect(attempt).rejects.toThrow(name);
    await app.strategy.close();
    expect(app.mailbox.messages).toEqual([]);
  });

  test('a wrong state keeps no place in the outbox', async () => {
    const sent: unknown[] = [];
    const mail = { deliver: async (message: unknown) => void sent.push(message), queueSize: 1 };
    const { app } = await startRouter({ options: { mail } });
    const wrong = { address: ada.email, state: 'x'.repeat(1025) };
    await expect(app.strategy.invite(wrong)).rejects.toThrow(TypeError);
    await app.strategy.invite({ address: ada.email });
    await app.strategy.close(2000);
    expect(sent).toHaveLength(1);
  });

  test('with no room in the outbox it is unavailable', async () => {
    const { app } = await startRouter();
    await app.strategy.close();
    await expect(app.strategy.invite({ address: ada.email })).rejects.toThrow(UnavailableError);
  });

  test('mayReceive is not asked, and no store: whom the app invites it has chosen', async () => {
    const { app, message } = await invited({}, { options: { mayReceive: () => false } });
    expect(message.to.address).toBe(ada.email);
    expect(typesOf(app)).not.toContain('link.requested');
  });
});
