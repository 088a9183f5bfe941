/** RC: codes and links at the same time, at two processes that share one Redis, get no more than one would. */
import { expect, test } from 'vitest';
import { inParallel, loggedIn } from '../support/parallel.js';
import { dump } from '../support/redis.js';
import { newAddress, useSite, whoIs } from '../support/site.js';

const site = useSite({ processes: 2 });

test.each([2, 4, 40])('RC-03: of %i redemptions, by link and by code at once, exactly one logs in', async (count) => {
  for (let round = 0; round < 40 / count; round++) {
    const asker = site.browser();
    const email = newAddress();
    const asked = await site.requestLink(asker, email);
    const code = await site.codeOf(asked);
    const clicks = await inParallel(site, asker, count, (jar, origin, i) =>
      // Each at both processes.
      (i + (i >> 1) + round) % 2 ? jar.get(origin + asked.path) : jar.post(`${origin}/login/code`, { code }),
    );
    expect(await loggedIn(clicks)).toEqual([email]);
    expect(clicks.filter(({ answer }) => answer.setCookies.length > 0)).toHaveLength(1);
    for (const { answer } of clicks) expect([200, 303, 401]).toContain(answer.status);
  }
});

test('RC-01: of 100 parallel right codes exactly one logs in', async () => {
  const asker = site.browser();
  const email = newAddress();
  const code = await site.codeOf(await site.requestLink(asker, email));
  const typed = await inParallel(site, asker, 100, (jar, origin) => jar.post(`${origin}/login/code`, { code }));
  expect(await loggedIn(typed)).toEqual([email]);
  expect(typed.filter(({ answer }) => answer.setCookies.length > 0)).toHaveLength(1);
});

test('RC-07, EN-05: of 1,000 parallel wrong codes five are compared', async () => {
  const asker = site.browser();
  const email = newAddress();
  const asked = await site.requestLink(asker, email);
  const code = await site.codeOf(asked);
  const wrong = (i: number) => `ZZZ${Math.floor(i / 10) % 10}-ZZ${Math.floor(i / 100)}${i % 10}`;
  const typed = await inParallel(site, asker, 1000, (jar, origin, i) =>
    jar.postJson(`${origin}/login/code`, { code: wrong(i) }),
  );
  expect(new Set(typed.map(({ answer }) => answer.text))).toEqual(new Set(['{"error":"code_wrong"}']));
  expect(await wrongCodesOf(asked.token)).toBe(5);
  expect((await asker.postJson('/login/code', { code })).json()).toEqual({ error: 'code_wrong' });
  expect(await wrongCodesOf(asked.token)).toBe(5);
  await asker.get(asked.path);
  expect(await whoIs(asker)).toBe(email);
});

/** The field `t` of the link's record, as lib/store/scripts.ts lays it out. */
async function wrongCodesOf(token: string): Promise<number | undefined> {
  const recordId = Buffer.from(token.slice(4), 'base64url').subarray(20, 36).toString('base64url');
  const record = [...(await dump(site.redis))].find(([key]) => key.endsWith(`:${recordId}`))?.[1];
  const text: string = JSON.parse(record ?? '"{}"');
  return (JSON.parse(text) as { t?: number }).t;
}
