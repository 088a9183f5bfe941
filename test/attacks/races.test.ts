/** RC: many at once, on two processes that share one Redis, never get more than one would. */
import { expect, test } from 'vitest';
import { MagicLinkStrategy, RedisStore } from '../../lib/index.js';
import { SECRET } from '../support/app.js';
import { JSON_HEADERS } from '../support/browser.js';
import { inParallel, loggedIn } from '../support/parallel.js';
import { newAddress, sessionIdIn, startSite, useSite, whoIs } from '../support/site.js';

const ORIGIN = 'http://localhost:9';
const site = useSite({ processes: 2 });

/** For the tests of many rounds, on a machine that is busy. */
const LONG = { timeout: 90_000 };

/** So many rounds, ten at a time: most of a round is waiting for its mail. */
async function rounds(count: number, round: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await round();
  };
  await Promise.all(Array.from({ length: 10 }, lane));
}

test.each(['GET', 'POST'])('RC-01, RC-02: of 200 parallel redemptions by %s exactly one logs in', async (method) => {
  const asker = site.browser();
  const email = newAddress();
  const { path, token } = await site.requestLink(asker, email);
  const clicks = await inParallel(site, asker, 200, (jar, origin) =>
    method === 'GET' ? jar.get(origin + path) : jar.post(`${origin}/login/callback`, { token }),
  );
  expect(await loggedIn(clicks)).toEqual([email]);
  expect(clicks.filter(({ answer }) => answer.setCookies.length > 0)).toHaveLength(1);
  for (const { answer } of clicks) {
    // Sent on while the old session is there; the landing page, or by POST the code, once it is gone.
    expect(method === 'GET' ? [200, 303] : [303, 401]).toContain(answer.status);
    if (answer.status === 303) expect(answer.headers.location).toBe(`${ORIGIN}/`);
  }
});

test('RC-01: nor does any of many small races, where the winner is a matter of luck', LONG, async () => {
  await rounds(100, async () => {
    const asker = site.browser();
    const { path } = await site.requestLink(asker);
    expect(await loggedIn(await inParallel(site, asker, 2, (jar, origin) => jar.get(origin + path)))).toHaveLength(1);
  });
});

test('RC-04: a request in parallel to a redemption neither revives nor doubles the link', LONG, async () => {
  const admin = site.admin();
  let revived = 0;
  await rounds(300, async () => {
    const asker = site.browser();
    const email = newAddress();
    const { path } = await site.requestLink(asker, email);
    const session = `sess:${sessionIdIn(asker)}`;
    // A click at each process, and an ask at one of them.
    const all = await inParallel(site, asker, 3, (jar, origin, i) =>
      i < 2 ? jar.get(origin + path) : jar.post(`${origin}/login`, { email }),
    );
    expect(await loggedIn(all)).toEqual([email]);
    // An ask that had read the old session before the login may save it after it; it is worth nothing to the link.
    revived += await admin.exists(session);
    await asker.get(path);
    expect(await whoIs(asker)).toBeUndefined();
  });
  expect(revived).toBeGreaterThan(0);
});

test(
  'RC-05: a revocation that has returned is final, and one in parallel to a click agrees with it',
  LONG,
  async () => {
    const strategy = new MagicLinkStrategy(
      {
        secret: SECRET,
        origin: ORIGIN,
        callbackPath: '/login/callback',
        store: new RedisStore(site.admin()),
        mail: { deliver: async () => {} },
      },
      async () => false,
    );
    const won = { revocation: 0, click: 0 };
    // Milliseconds that the click is ahead: more after each round that it lost, so that the two stay close.
    let ahead = 0;
    await rounds(300, async () => {
      const asker = site.browser();
      const email = newAddress();
      const { path } = await site.requestLink(asker, email);
      const [revoked, answer] = await Promise.all([
        new Promise((resolve) => setTimeout(resolve, ahead)).then(() => strategy.revokeAll(email)),
        asker.get(path, JSON_HEADERS),
      ]);
      expect(answer.json()).toEqual(
        revoked === 1 ? { error: 'link_revoked' } : { status: 'authenticated', returnTo: '/' },
      );
      expect(await whoIs(asker)).toBe(revoked === 1 ? undefined : email);
      won[revoked === 1 ? 'revocation' : 'click']++;
      ahead = Math.max(0, ahead + (revoked === 1 ? 1 : -1));
    });
    expect(Math.min(won.revocation, won.click)).toBeGreaterThan(10);

    await rounds(20, async () => {
      const asker = site.browser();
      const email = newAddress();
      const { path } = await site.requestLink(asker, email);
      await site.requestLink(site.browser(), email);
      expect(await strategy.revokeAll(email)).toBe(2);
      expect((await asker.getJson(path)).json()).toEqual({ error: 'link_revoked' });
      expect(await whoIs(asker)).toBeUndefined();
    });
    await strategy.close();
  },
);

test('RC-06: 50 parallel requests on two processes never send more than the limit', async () => {
  const limited = await startSite({ processes: 2, env: { LIMITS: 'on', TRUST_PROXY: '1' } });
  const ask = (email: string, network: (i: number) => string) =>
    Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        limited.browser().post(`${limited.apps[i % 2]?.origin}/login`, { email }, { 'x-forwarded-for': network(i) }),
      ),
    );
  const everywhere = await ask('everywhere@example.test', (i) => `192.0.2.${i}`);
  const oneNetwork = await ask('one@example.test', () => '198.51.100.1');
  for (const { status } of everywhere) expect(status).toBe(303);
  expect(oneNetwork.filter(({ status }) => status === 429)).toHaveLength(30);
  const recipients = await limited.recipients();
  expect(recipients.filter((to) => to === 'everywhere@example.test')).toHaveLength(5);
  expect(recipients.filter((to) => to === 'one@example.test')).toHaveLength(2);
});
