/** RC: many at once, on two processes that share one Redis, never get more than one would. */
import { expect, test } from 'vitest';
import { MagicLinkStrategy, RedisStore } from '../../lib/index.js';
import { SECRET } from '../support/app.js';
import { type Client, JSON_HEADERS } from '../support/client.js';
import { newAddress, startSite, useSite, whoIs } from '../support/site.js';

const ORIGIN = 'http://localhost:9';
const site = useSite({ processes: 2 });

/** As many copies of this browser as there are requests, half of them at each process. */
const inParallel = <T>(asker: Client, count: number, send: (jar: Client, origin: string) => Promise<T>) =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const jar = asker.copy();
      return { jar, answer: await send(jar, site.apps[i % 2]?.origin ?? '') };
    }),
  );

const loggedIn = async (clicks: { jar: Client }[]) => {
  const users = await Promise.all(clicks.map(({ jar }) => whoIs(jar)));
  return users.filter((user) => user !== undefined);
};

test.each(['GET', 'POST'])('RC-01, RC-02: of 200 parallel redemptions by %s exactly one logs in', async (method) => {
  const asker = site.browser();
  const email = newAddress();
  const { path, token } = await site.ask(asker, email);
  const clicks = await inParallel(asker, 200, (jar, origin) =>
    method === 'GET' ? jar.get(origin + path) : jar.post(`${origin}/login/callback`, { token }),
  );
  expect(await loggedIn(clicks)).toEqual([email]);
  expect(clicks.filter(({ answer }) => answer.setCookies.length > 0)).toHaveLength(1);
  for (const { answer } of clicks) expect([200, 303, 401]).toContain(answer.status);
});

test('RC-01: nor does any of many small races, where the winner is a matter of luck', async () => {
  for (let i = 0; i < 50; i++) {
    const asker = site.browser();
    const { path } = await site.ask(asker);
    expect(await loggedIn(await inParallel(asker, 2, (jar, origin) => jar.get(origin + path)))).toHaveLength(1);
  }
});

test('RC-04: an ask in parallel to a redemption neither revives nor doubles the link', async () => {
  for (let i = 0; i < 50; i++) {
    const asker = site.browser();
    const email = newAddress();
    const { path } = await site.ask(asker, email);
    const old = asker.copy();
    const clicks = await inParallel(asker, 4, (jar, origin) =>
      jar.cookies.size > 0 && clickTurn() ? jar.get(origin + path) : jar.post(`${origin}/login`, { email }),
    );
    expect(await loggedIn(clicks)).toEqual([email]);
    for (const jar of [old, ...clicks.map((click) => click.jar)]) {
      await jar.postJson('/logout', {});
      await jar.get(path);
      expect(await whoIs(jar)).toBeUndefined();
    }
  }
});

let turn = 0;
/** Two clicks, then two asks. */
const clickTurn = () => turn++ % 4 < 2;

test('RC-05: a revocation that has returned is final, and one in parallel to a click agrees with it', async () => {
  const redis = site.admin();
  const strategy = new MagicLinkStrategy(
    {
      secret: SECRET,
      origin: ORIGIN,
      callbackPath: '/login/callback',
      store: new RedisStore(redis),
      mail: { deliver: async () => {} },
    },
    async () => false,
  );
  for (let i = 0; i < 50; i++) {
    const asker = site.browser();
    const email = newAddress();
    const { path } = await site.ask(asker, email);
    const [revoked, answer] = await Promise.all([strategy.revokeAll(email), asker.get(path, JSON_HEADERS)]);
    expect(answer.json()).toEqual(
      revoked === 1 ? { error: 'link_revoked' } : { status: 'authenticated', returnTo: '/' },
    );
    expect(await whoIs(asker)).toBe(revoked === 1 ? undefined : email);
  }
  for (let i = 0; i < 10; i++) {
    const asker = site.browser();
    const email = newAddress();
    const asked = [await site.ask(asker, email), await site.ask(site.browser(), email)];
    expect(await strategy.revokeAll(email)).toBe(2);
    expect((await asker.getJson(asked[0]?.path ?? '')).json()).toEqual({ error: 'link_revoked' });
    expect(await whoIs(asker)).toBeUndefined();
  }
  await strategy.close();
});

test('RC-06: 50 parallel asks on two processes never send more than the limit', async () => {
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
