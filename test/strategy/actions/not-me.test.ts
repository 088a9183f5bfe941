/** "This was not me": a report by whoever has the mail, which changes nothing by itself. */
import { describe, expect, test } from 'vitest';
import { type MagicLinkOptions, MemoryStore } from '../../../lib/index.js';
import { ada, CODE, codeOf, newSessions, requestLink, startRouter, typesOf, userOf } from '../../support/app.js';
import { JSON_HEADERS } from '../../support/browser.js';

const NOT_ME = '/login/not-me';
const DAY = 86_400;

async function asked(options: Partial<MagicLinkOptions> = {}, config: object = {}) {
  let now = Date.now();
  const { app, browser } = await startRouter({ options: { clock: () => now, ...options }, ...config });
  return {
    app,
    browser,
    stranger: app.browser(),
    ...(await requestLink(app, browser)),
    pass: (seconds: number) => (now += seconds * 1000),
  };
}

test('its page is shown without a login, and changes nothing', async () => {
  const { app, browser, stranger, notMe, path } = await asked();
  const before = typesOf(app);
  for (const method of ['GET', 'HEAD', 'GET']) {
    const answer = await stranger.send(notMe.path, { method });
    expect([answer.status, answer.setCookies]).toEqual([200, []]);
  }
  expect((await stranger.get(notMe.path)).text).toContain('<h1>Didn’t request this email?</h1>');
  expect(typesOf(app)).toEqual(before);
  expect((await browser.get(path)).status).toBe(303);
});

test('its button reports the link, and says what to do', async () => {
  const { app, stranger, notMe } = await asked();
  const answer = await stranger.post(NOT_ME, { token: notMe.token });
  expect([answer.status, answer.setCookies]).toEqual([200, []]);
  expect(answer.text).toContain('Change its password');
  const { account, link } = app.events[0] ?? {};
  expect(app.events.at(-1)).toMatchObject({ type: 'link.not_me', severity: 'warning', account, link });
});

// A scanner presses every button, and must not be able to keep anybody out.
test('SC-02: pressed by a scanner, whatever it says, both link and code live on', async () => {
  const { app, browser, stranger, notMe, token } = await asked();
  for (const more of [{}, { end: 'links' }]) {
    const answer = await stranger.postJson(NOT_ME, { token: notMe.token, ...more });
    expect(answer.json()).toEqual({ status: 'reported' });
  }
  expect(typesOf(app)).not.toContain('link.revoked');
  expect((await browser.post(CODE, { code: codeOf(app, token) })).status).toBe(303);
});

test('SE-01: neither page says whose mail it was', async () => {
  const { stranger, notMe } = await asked();
  const answers = [await stranger.get(notMe.path), await stranger.post(NOT_ME, { token: notMe.token })];
  for (const { text } of answers) expect(text).not.toMatch(/ada|@example/);
});

test('it outlives the link by days, then its page says that it is too old', async () => {
  const { app, stranger, notMe, pass } = await asked();
  pass(7 * DAY - 1);
  expect((await stranger.postJson(NOT_ME, { token: notMe.token })).json()).toEqual({ status: 'reported' });
  pass(1);
  expect((await stranger.get(notMe.path)).text).toContain('too old');
  expect((await stranger.postJson(NOT_ME, { token: notMe.token })).json()).toEqual({ error: 'link_invalid' });
  expect(typesOf(app).filter((type) => type === 'link.not_me')).toHaveLength(1);
});

describe('TK-06: tokens are of one purpose', () => {
  test('the login’s token reports nothing', async () => {
    const { app, stranger, token } = await asked();
    expect((await stranger.postJson(NOT_ME, { token })).json()).toEqual({ error: 'link_invalid' });
    expect(typesOf(app)).not.toContain('link.not_me');
  });

  test('"not me" opens no link, in the requesting browser neither', async () => {
    const { browser, notMe } = await asked();
    expect((await browser.getJson(`/login/callback?token=${notMe.token}`)).json()).toEqual({ error: 'link_invalid' });
    expect((await browser.postJson('/login/callback', { token: notMe.token })).json()).toEqual({
      error: 'link_invalid',
    });
    expect(await userOf(browser)).toBeUndefined();
  });

  test('no other string reports, and none is shown again', async () => {
    const { app, stranger, notMe } = await asked();
    const forged = notMe.token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const token of [forged, notMe.token.slice(0, -4), '', 'x', '<script>']) {
      expect((await stranger.postJson(NOT_ME, { token })).json()).toEqual({ error: 'link_invalid' });
      const { status, text } = await stranger.get(`${NOT_ME}?token=${encodeURIComponent(token)}`);
      expect([status, text.includes('name="token"')]).toEqual([200, false]);
    }
    expect(typesOf(app)).not.toContain('link.not_me');
  });
});

test.each([
  ['cross_site', 403, { 'sec-fetch-site': 'cross-site' }],
  ['cross_site', 403, { origin: 'null' }],
] as const)('its button on another site’s page is %s', async (error, status, headers) => {
  const { app, stranger, notMe } = await asked();
  const answer = await stranger.postJson(NOT_ME, { token: notMe.token }, headers);
  expect([answer.status, answer.json()]).toEqual([status, { error }]);
  expect(typesOf(app)).not.toContain('link.not_me');
});

test.each(['token=a&token=b', '', 'end=links'])('IN-15: the body %j is invalid_request', async (form) => {
  const { stranger } = await asked();
  const answer = await stranger.post(NOT_ME, form, JSON_HEADERS);
  expect([answer.status, answer.json()]).toEqual([400, { error: 'invalid_request' }]);
});

describe('logged in to that account', () => {
  /** The owner's browser; and a link that somebody else asked for, for the same mailbox. */
  async function owner() {
    const started = await asked();
    await started.browser.get(started.path);
    const other = started.app.browser();
    return { ...started, other, foreign: await requestLink(started.app, other, 'ada+news@example.com') };
  }

  test('it offers to end what is live; the report alone does not', async () => {
    const { app, browser, other, foreign } = await owner();
    expect((await browser.get(foreign.notMe.path)).text).toContain('name="end" value="links"');
    expect((await browser.postJson(NOT_ME, { token: foreign.notMe.token })).json()).toEqual({ status: 'reported' });
    expect(typesOf(app)).not.toContain('link.revoked');
    expect((await other.get(foreign.path)).status).toBe(303);
  });

  test('it ends every live link of the mailbox, says how many, and leaves the login alone', async () => {
    const { browser, other, foreign } = await owner();
    const answer = await browser.postJson(NOT_ME, { token: foreign.notMe.token, end: 'links' });
    expect(answer.json()).toEqual({ status: 'reported', links: 1 });
    expect((await other.getJson(foreign.path)).json()).toEqual({ error: 'link_revoked' });
    expect(await userOf(browser)).toEqual(ada);
    const again = await browser.post(NOT_ME, { token: foreign.notMe.token, end: 'links' });
    expect(again.text).toContain('There were no active links to cancel.');
  });

  test('to whoever is logged in to another account it offers nothing, and ends nothing', async () => {
    const { app, foreign, other } = await owner();
    const eve = app.browser();
    await eve.get((await requestLink(app, eve, 'eve@example.com')).path);
    expect((await eve.get(foreign.notMe.path)).text).not.toContain('name="end"');
    const answer = await eve.postJson(NOT_ME, { token: foreign.notMe.token, end: 'links' });
    expect(answer.json()).toEqual({ status: 'reported' });
    expect((await other.get(foreign.path)).status).toBe(303);
  });
});

test('session and cookie stay as they are, whatever express-session is told to do', async () => {
  const sessions = newSessions();
  const { browser, notMe } = await asked(
    {},
    {
      session: {
        store: sessions,
        rolling: true,
        resave: true,
        saveUninitialized: true,
        cookie: { maxAge: 86_400_000 },
      },
    },
  );
  const before = { ...sessions.sessions };
  const answers = [await browser.get(notMe.path), await browser.post(NOT_ME, { token: notMe.token })];
  expect(answers.map(({ setCookies }) => setCookies)).toEqual([[], []]);
  expect(sessions.sessions).toEqual(before);
});

test('FT-01: with the store down the report is heard, and ending is 503', async () => {
  const store = new MemoryStore();
  const { app, browser, notMe, path } = await asked({ store });
  await browser.get(path);
  store.revoke = () => Promise.reject(new Error('connection refused'));
  const answer = await browser.postJson(NOT_ME, { token: notMe.token, end: 'links' });
  expect([answer.status, answer.json()]).toEqual([503, { error: 'unavailable' }]);
  expect(typesOf(app)).toContain('link.not_me');
  expect((await browser.postJson(NOT_ME, { token: notMe.token })).json()).toEqual({ status: 'reported' });
});
