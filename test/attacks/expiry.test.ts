/** TK-04, TK-05: a link's end is judged where it is spent, and whatever stands there instead of one is over. */
import type { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { startSite, useSite, whoIs } from '../support/site.js';

const DAY = 24 * 60 * 60 * 1000;
const site = useSite({ redis: true });

/** Fields of the record, as lib/store/scripts.ts lays them out. */
const [TOKEN_DIGEST, CODE_DIGEST] = ['d', 'k'];

/** Which keys a link has is the package's own affair: whatever is new since before it was requested. */
async function askWithKeys() {
  const admin = site.admin();
  const before = new Set(await admin.keys('*'));
  const browser = site.browser();
  const asked = await site.requestLink(browser);
  // An account's keys have its hash tag.
  const keys = (await admin.keys('pbl:{*')).filter((key) => !before.has(key));
  const types = await Promise.all(keys.map(async (key) => [await admin.type(key), key] as const));
  const [link, live] = ['string', 'zset'].map((wanted) => types.find(([type]) => type === wanted)?.[1] ?? '');
  return { admin, browser, ...asked, link: link ?? '', live: live ?? '' };
}

test.each(['-inf', '-1', '0', '1', '+inf', '1e400', String(Date.now() - 1)])(
  'TK-04, TK-05: an end of %s is over',
  async (end) => {
    const { admin, browser, path, live } = await askWithKeys();
    const [record = ''] = await admin.zrange(live, 0, -1);
    await admin.zadd(live, 'XX', end === '1e400' ? 'inf' : end, record);
    expect((await browser.getJson(path)).json()).toEqual({ error: 'link_expired' });
    expect(await whoIs(browser)).toBeUndefined();
  },
);

test('TK-05: a link without an end is no live one', async () => {
  const { admin, browser, path, live } = await askWithKeys();
  await admin.del(live);
  expect((await browser.getJson(path)).status).toBe(401);
  expect(await whoIs(browser)).toBeUndefined();
});

const recordOf = async (admin: Redis, link: string): Promise<object> => JSON.parse((await admin.get(link)) ?? '');

test('TK-05: a record with any one field gone, empty or of another kind logs nobody in', async () => {
  const fields = await askWithKeys().then(async ({ admin, link }) => Object.keys(await recordOf(admin, link)));
  expect(fields.length).toBeGreaterThan(1);
  for (const field of fields) {
    for (const value of [undefined, '', 'NaN', '-1', '1e400', 'true']) {
      const { admin, browser, path, link, ...asked } = await askWithKeys();
      const code = await site.codeOf(asked);
      await admin.set(link, JSON.stringify({ ...(await recordOf(admin, link)), [field]: value }), 'KEEPTTL');
      // The link has nothing to do with the digest of its code, nor the code with that of the token but that there is one.
      const answers = [
        ...(field === CODE_DIGEST ? [] : [await browser.getJson(path)]),
        ...(field === TOKEN_DIGEST && value !== undefined ? [] : [await browser.postJson('/login/code', { code })]),
      ];
      for (const answer of answers) {
        expect(answer.json().status, `${field}=${value}`).not.toBe('authenticated');
        expect(answer.status, `${field}=${value}`).toBeLessThan(500);
      }
      expect(await whoIs(browser), `${field}=${value}`).toBeUndefined();
    }
  }
});

test('TK-04, TK-05: nor does a code log anybody in past its link’s end, whatever that is', async () => {
  for (const end of ['-inf', '0', '+inf', String(Date.now() - 1), undefined]) {
    const { admin, browser, live, ...asked } = await askWithKeys();
    const code = await site.codeOf(asked);
    const [record = ''] = await admin.zrange(live, 0, -1);
    if (end === undefined) await admin.del(live);
    else await admin.zadd(live, 'XX', end, record);
    expect((await browser.postJson('/login/code', { code })).json(), end).toEqual({ error: 'code_wrong' });
    expect(await whoIs(browser), end).toBeUndefined();
  }
});

test('TK-04: a link of one second is over after it, also where Redis was made to keep its record', async () => {
  const short = await startSite({ redis: true, env: { LINK_TTL: '1' } });
  const asker = short.browser();
  const { path } = await short.requestLink(asker);
  const admin = short.admin();
  for (const key of await admin.keys('pbl:{*')) {
    await admin.persist(key);
    if ((await admin.type(key)) === 'zset') {
      for (const record of await admin.zrange(key, 0, -1)) await admin.zadd(key, Date.now() + DAY, record);
    }
  }
  const stranger = short.browser();
  // Until its end anybody sees the landing page.
  await vi.waitFor(async () => expect((await stranger.get(path)).status).toBe(401), { timeout: 5000 });
  for (const jar of [asker, stranger]) {
    expect((await jar.getJson(path)).json()).toEqual({ error: 'link_expired' });
    expect(await whoIs(jar)).toBeUndefined();
  }
});

test('TK-04: no link of the example lives longer than ten minutes in Redis', async () => {
  const { admin, link, live } = await askWithKeys();
  for (const key of [link, live]) {
    const ttl = await admin.pttl(key);
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(600_000);
  }
});
