/** EN-05, BD-01, TK-03: a code is a link's stand-in for the browser that requested the link, five tries long, and for nobody else. */
import { describe, expect, test } from 'vitest';
import { RedisStore } from '../../lib/index.js';
import { CALLBACK, requestLink, startRouter } from '../support/app.js';
import type { Answer, Browser } from '../support/browser.js';
import { AUDIT, monitor } from '../support/redis.js';
import { type Asked, newAddress, type Site, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';

const site = useSite({ processes: 2 });

const WRONG = { error: 'code_wrong' };
const RIGHT = { status: 'authenticated', returnTo: '/' };
const KEY = 'passport-bound-link';
const AWAY = 'ZZZZ-ZZZZ';

/** At one process and the other in turn. */
let turn = 0;
const typeIn = (browser: Browser, code: unknown, on: Site = site): Promise<Answer> =>
  browser.postJson(`${on.apps[++turn % on.apps.length]?.origin}/login/code`, { code });

async function expectWrong(browser: Browser, code: string, on = site) {
  const answer = await typeIn(browser, code, on);
  expect(answer.status).toBe(401);
  expect(answer.json()).toEqual(WRONG);
  expect(answer.setCookies).toEqual([]);
}

async function expectLinkLives(asker: Browser, { path, mail }: Asked) {
  await asker.get(path);
  expect(await whoIs(asker)).toBe(mail.to[0]);
}

/** A browser that has asked, its link, and the code for it. */
async function asking(email = newAddress()) {
  const asker = site.browser();
  const asked = await site.requestLink(asker, email);
  return { asker, asked, email, code: await site.codeOf(asked) };
}

describe('EN-05: guessing a code', () => {
  test('EN-05: after five wrong ones, over both processes, the right one is refused; the link itself lives', async () => {
    const { asker, asked, code } = await asking();
    for (let i = 0; i < 5; i++) await expectWrong(asker, `${AWAY.slice(0, -1)}${i}`);
    for (let i = 0; i < 3; i++) await expectWrong(asker, code);
    expect(await whoIs(asker)).toBeUndefined();
    await expectLinkLives(asker, asked);
  });

  test('EN-05: after four the right one logs in, and what no code is was none of them', async () => {
    const { asker, email, code } = await asking();
    for (const text of ['', ' ', 'ABCD', `${code}0`, 'UUUU-UUUU', 'x'.repeat(50_000)]) await expectWrong(asker, text);
    for (let i = 0; i < 4; i++) await expectWrong(asker, AWAY);
    expect((await typeIn(asker, ` ${code.toLowerCase().replace('-', ' ')} `)).json()).toEqual(RIGHT);
    expect(await whoIs(asker)).toBe(email);
  });

  test('EN-05, EN-04: a stranger who types wrong codes takes no try from the browser that requested the link', async () => {
    const { asker, email, code } = await asking();
    const stranger = site.browser();
    await site.requestLink(stranger, email);
    for (let i = 0; i < 20; i++) await expectWrong(i % 2 ? stranger : site.browser(), AWAY);
    expect((await typeIn(asker, code)).json()).toEqual(RIGHT);
  });

  test('EN-05: a new link has five tries of its own', async () => {
    const { asker, asked, email } = await asking();
    for (let i = 0; i < 6; i++) await expectWrong(asker, AWAY);
    const next = await site.requestLink(asker, email);
    await expectWrong(asker, await site.codeOf(asked));
    expect((await typeIn(asker, await site.codeOf(next))).json()).toEqual(RIGHT);
  });

  test('EN-05: a hundred wrong codes of one account in a day raise the alarm, each fifth locks a link', async () => {
    const redis = site.admin();
    await redis.ping();
    const { app } = await startRouter({ options: { store: new RedisStore(redis) } });
    const raised = () => app.events.filter(({ type }) => type === 'signal.raised');
    for (let link = 1; link <= 21; link++) {
      const asker = app.browser();
      await requestLink(app, asker, `ada+${link}@example.com`);
      if (link <= 20) expect(raised()).toEqual([]);
      for (let i = 0; i < 7; i++) await asker.postJson('/login/code', { code: AWAY });
    }
    expect(raised()).toEqual([
      expect.objectContaining({ severity: 'high', reason: 'wrong_codes', count: 100, account: expect.any(String) }),
    ]);
    const locked = app.events.filter(({ type }) => type === 'code.locked');
    expect(locked.map(({ severity }) => severity)).toEqual(Array.from({ length: 21 }, () => 'high'));
    const counts = app.events.filter(({ type }) => type === 'code.wrong').map(({ count }) => count);
    expect(counts).toEqual(Array.from({ length: 21 }, () => [1, 2, 3, 4, 5]).flat());
  });

  test('EN-05: a Redis that cannot count the wrong ones says nothing of the right one', async () => {
    const full = await startSite({ redis: true });
    const client = full.admin();
    await client.ping();
    const { app, browser } = await startRouter({ options: { store: new RedisStore(client) } });
    const { token } = await requestLink(app, browser);
    const shown = await app.browser().postJson(CALLBACK, { token });
    await client.config('SET', 'maxmemory', '1');
    for (const code of [AWAY, shown.json<{ code: string }>().code]) {
      expect((await browser.postJson('/login/code', { code })).status, code).toBe(503);
    }
  });
});

describe('BD-01: a code in any session but the one that requested it', () => {
  test('BD-01, BD-08: logs nobody in, whatever that session has requested', async () => {
    const { asker, asked, email, code } = await asking();
    const others = await Promise.all(
      [undefined, newAddress(), email].map(async (address) => {
        const browser = site.browser();
        if (address !== undefined) await site.requestLink(browser, address);
        return browser;
      }),
    );
    const { browser: loggedIn } = await site.logIn();
    await site.requestLink(loggedIn, email);
    for (const browser of [...others, loggedIn]) {
      const before = await whoIs(browser);
      for (let i = 0; i < 6; i++) await expectWrong(browser, code);
      expect(await whoIs(browser)).toBe(before);
    }
    await expectLinkLives(asker, asked);
  });

  test('BD-01: nor after a login has ended the requesting session, nor in a copy of it', async () => {
    const { asker, code } = await asking();
    const old = asker.copy();
    const second = await asking();
    await site.logIn(newAddress(), asker);
    await expectWrong(old, code);
    await asker.postJson('/logout', {});
    await expectWrong(asker, code);
    expect(await whoIs(asker)).toBeUndefined();
    expect((await typeIn(second.asker, second.code)).json()).toEqual(RIGHT);
  });

  test.each(['link', 'whole session'])(
    'BD-01, BD-08: nor in one that was made to name the other’s %s',
    async (what) => {
      const { asker, email, code } = await asking();
      const thief = site.browser();
      await site.requestLink(thief);
      const redis = site.admin();
      const [his, other] = [`sess:${sessionIdIn(thief)}`, `sess:${sessionIdIn(asker)}`];
      const [own, theirs] = [JSON.parse((await redis.get(his)) ?? ''), JSON.parse((await redis.get(other)) ?? '')];
      const stolen = what === 'link' ? named(own, theirs) : theirs;
      await redis.set(his, JSON.stringify(stolen), 'KEEPTTL');
      for (let i = 0; i < 6; i++) await expectWrong(thief, i % 2 ? code : AWAY);
      expect(await whoIs(thief)).toBeUndefined();
      // Nor were these any of the five tries.
      expect((await typeIn(asker, code)).json()).toEqual(RIGHT);
      expect(await whoIs(asker)).toBe(email);
    },
  );

  test('BD-12: of two links of one browser only the newer one’s code is taken', async () => {
    const { asker, code } = await asking();
    const email = newAddress();
    const newer = await site.codeOf(await site.requestLink(asker, email));
    await expectWrong(asker, code);
    await typeIn(asker, newer);
    expect(await whoIs(asker)).toBe(email);
  });

  test('SS-02, SS-03: nor does another site’s page type it', async () => {
    const { asker, code } = await asking();
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.test' }, { origin: 'null' }]) {
      const answer = await asker.postJson('/login/code', { code }, headers as never);
      expect(answer.json()).toEqual({ error: 'cross_site' });
    }
    expect(await whoIs(asker)).toBeUndefined();
    expect((await typeIn(asker, code)).json()).toEqual(RIGHT);
  });
});

/** A session with a nonce of its own that says it requested the other's link. */
function named(own: Record<string, { binding: object }>, { [KEY]: theirs }: Record<string, { binding: object }>) {
  const { asked } = Object(theirs?.binding) as { asked: object };
  return { ...own, [KEY]: { binding: { ...own[KEY]?.binding, asked } } };
}

test('TK-03: a code works once, and its link no more', async () => {
  const { asker, asked, code, email } = await asking();
  const old = asker.copy();
  await typeIn(asker, code);
  expect(await whoIs(asker)).toBe(email);
  for (const jar of [old, site.browser()]) {
    await expectWrong(jar, code);
    await jar.get(asked.path);
    await jar.post('/login/callback', { token: asked.token });
    expect(await whoIs(jar)).toBeUndefined();
  }
  await asker.postJson('/logout', {});
  await expectWrong(asker, code);
});

test('EN-01: wrong, absent, limited, undelivered, used and locked are answered byte for byte alike, and Redis does the same', async () => {
  const closed = await startSite({ redis: true, env: { LIMITS: 'on', TRUST_PROXY: '1', CLOSED_SIGNUP: 'ada@x.test' } });
  let network = 0;
  const from = () => ({ 'x-forwarded-for': `192.0.2.${++network}` });
  const askAs = async (email: string) => {
    const browser = closed.browser();
    await browser.post('/login', { email }, from());
    return browser;
  };
  const live = await askAs('ada@x.test');
  const locked = await askAs('ada@x.test');
  for (let i = 0; i < 5; i++) await expectWrong(locked, AWAY, closed);
  for (let i = 0; i < 3; i++) await askAs('ada@x.test');
  const limited = await askAs('ada@x.test');
  const undelivered = await askAs('nobody@x.test');
  const seen = [];
  for (const browser of [live, locked, limited, undelivered]) {
    for (const headers of [{ accept: 'application/json' }, { accept: 'text/html' }]) {
      const watch = await monitor(closed.redis);
      const answer = await browser.post('/login/code', { code: AWAY }, headers);
      await watch.stop();
      const { date, etag, 'content-length': _length, ...rest } = answer.headers;
      const text = answer.text.replaceAll(/\w+@x\.test/g, 'EMAIL').replaceAll(/data-wait="\d+"|\d+ seconds/g, 'soon');
      // The doctor looks at Redis once a minute, and what the audit log writes comes after the answer.
      const sent = watch.commands
        .filter(([, , , key = '']) => !key.startsWith('pbl:doctor:') && !AUDIT.test(key))
        .map(([command, ...args]) => [command?.toLowerCase(), args.length]);
      seen.push(JSON.stringify([answer.status, rest, text, sent]));
    }
  }
  expect(new Set(seen).size).toBe(2);
  // Who has asked for nothing is told the same.
  await expectWrong(closed.browser(), AWAY, closed);
});
