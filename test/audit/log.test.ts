/** The audit log with every client, on one server and on a Cluster: what happened is there, for every process to read. */
import { describe, expect, test } from 'vitest';
import { ada, eventOf, requestLink, startApp, type TestApp } from '../support/app.js';
import { all, newAuditLog, newPrefix } from '../support/audit.js';
import { useServers } from '../support/redis.js';
import { ALL_CLIENTS } from '../support/redis-clients.js';

const servers = useServers();

/** A login, and another person's ask. */
async function someEvents(app: TestApp): Promise<void> {
  const browser = app.browser();
  await browser.get((await requestLink(app, browser)).path);
  await requestLink(app, app.browser(), 'bob@example.com');
  await eventOf(app, 'mail.sent');
}

describe.each(ALL_CLIENTS)('with $name', (kind) => {
  test('AL-01: every event is there in its order, by time and by account, for another process too', async () => {
    const keyPrefix = newPrefix();
    const [app, other] = [await startApp(), await startApp()];
    const log = await newAuditLog(servers, app.strategy, { keyPrefix }, kind);
    const elsewhere = await newAuditLog(servers, other.strategy, { keyPrefix }, kind);
    await someEvents(app);
    await app.strategy.close();
    await log.flush();

    expect(await all(elsewhere.read())).toEqual(app.events);
    const [account] = app.strategy.accountTags(ada.email);
    const ofAda = app.events.filter((event) => event.account === account);
    expect(ofAda.length).toBeGreaterThan(2);
    expect(await all(elsewhere.read({ account: account as string }))).toEqual(ofAda);
    expect(await all(log.read({ address: 'ADA+tag@example.com', newestFirst: true }))).toEqual(ofAda.toReversed());
  });

  test('AL-08: one account is erased, everywhere', async () => {
    const app = await startApp();
    const log = await newAuditLog(servers, app.strategy, {}, kind);
    await someEvents(app);
    await app.strategy.close();
    const [account] = app.strategy.accountTags(ada.email);
    const ofOthers = app.events.filter((event) => event.account !== account);

    expect(await log.eraseAccount(ada.email)).toBe(2 * (app.events.length - ofOthers.length));
    expect(await all(log.read())).toEqual(ofOthers);
    expect(await all(log.read({ address: ada.email }))).toEqual([]);
    expect(await log.eraseAccount(ada.email)).toBe(0);
  });

  test('AL-08: what is past its age is gone, to the entry', async () => {
    const app = await startApp();
    const keyPrefix = newPrefix();
    const log = await newAuditLog(servers, app.strategy, { keyPrefix, maxAgeDays: 1 }, kind);
    const admin = servers.admin(kind);
    const days = (count: number) => Date.now() - count * 86_400_000;
    const keys = [`${keyPrefix}audit`, `${keyPrefix}{tag}/audit`];
    for (const key of keys) {
      for (const age of [9, 2, 0.5]) {
        await admin.xadd(key, `${days(age)}-0`, 'e', JSON.stringify({ account: 'tag', id: String(age) }));
      }
    }
    // It is not read before it is removed either.
    for (const range of [{}, { account: 'tag' }]) expect(await all(log.read(range))).toMatchObject([{ id: '0.5' }]);
    expect(await log.retain()).toBe(4);
    for (const key of keys) expect(await admin.xlen(key)).toBe(1);
    expect(await log.retain()).toBe(0);
  });
});
