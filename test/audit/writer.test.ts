/** The audit log under load and in outages: bounded, counted, and never in the way of a login. */
import { once } from 'node:events';
import type { Redis } from 'ioredis';
import { expect, onTestFinished, test, vi } from 'vitest';
import { AuditLog } from '../../lib/audit/index.js';
import type { IoredisClient } from '../../lib/index.js';
import { ada, requestLink, startApp, userOf } from '../support/app.js';
import { all, newAuditLog, newPrefix } from '../support/audit.js';
import { documented } from '../support/errors.js';
import { Gate } from '../support/gate.js';
import { useServers } from '../support/redis.js';
import { IOREDIS } from '../support/redis-clients.js';

const servers = useServers();

/** What the log warns of, of all that is warned of here. */
function warnings(): string[] {
  const heard: string[] = [];
  const hear = (warning: Error & { code?: string }) => {
    if (warning.code === 'PBL_AUDIT') heard.push(warning.message);
  };
  process.on('warning', hear);
  onTestFinished(() => void process.off('warning', hear));
  return heard;
}

/** A client that counts what it is given. */
async function counting() {
  const { client } = (await servers.connect(IOREDIS)) as { client: IoredisClient };
  const counted = {
    calls: 0,
    get status() {
      return client.status;
    },
    call(...args: [string, ...string[]]) {
      counted.calls++;
      return client.call(...args);
    },
  };
  return counted;
}

test('AL-02: a storm of events sends nothing while it blows, and a login in it logs in', async () => {
  const { strategy, ...app } = await startApp();
  const client = await counting();
  const log = await newAuditLog(servers, strategy, { client, bufferSize: 1000 });
  let [reported, isOver] = [0, false];
  const storm = (async () => {
    while (!isOver) {
      const before = client.calls;
      for (let i = 0; i < 1000; i++) strategy.events.report('link.opened_elsewhere', { account: `a${i % 7}` });
      reported += 1000;
      expect(client.calls).toBe(before);
      await new Promise(setImmediate);
    }
  })();
  for (let i = 0; i < 10; i++) {
    const browser = app.browser();
    await browser.get((await requestLink({ ...app, strategy }, browser)).path);
    expect(await userOf(browser)).toEqual(ada);
  }
  isOver = true;
  await storm;
  await log.flush();
  // The last ones were dropped, too: the next entry says how many.
  strategy.events.report('store.unavailable');
  await log.flush();
  const dropped = app.events.length - (await all(log.read())).length;
  const counts = (await all(log.read())).reduce((sum, entry) => sum + (entry.dropped ?? 0), 0);
  expect(reported).toBeGreaterThan(10_000);
  expect(dropped).toBeGreaterThan(0);
  expect(counts).toBe(dropped);
});

test('AL-02: beyond a batch the log rests, whatever waits, and who flushes does not wait for that', async () => {
  const { strategy, events } = await startApp();
  const client = await counting();
  const log = await newAuditLog(servers, strategy, { client });
  // Redis knows the script from then on.
  strategy.events.report('link.requested');
  await log.flush();
  client.calls = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  for (let i = 0; i < 250; i++) strategy.events.report('link.requested', { count: i });
  // The log's own reply is long here by then.
  for (let i = 0; i < 10; i++) await servers.admin(IOREDIS).ping();
  expect(client.calls).toBe(1);
  await vi.advanceTimersByTimeAsync(50);
  for (let i = 0; i < 10; i++) await servers.admin(IOREDIS).ping();
  expect(client.calls).toBe(2);
  await log.flush();
  expect(client.calls).toBe(3);
  expect(await all(log.read())).toEqual(events);
});

test('under normal load nothing is lost, and a hundred events are not a hundred commands', async () => {
  const { strategy, events } = await startApp();
  const client = await counting();
  const log = await newAuditLog(servers, strategy, { client });
  for (let round = 0; round < 50; round++) {
    for (let i = 0; i < 100; i++) strategy.events.report('link.requested', { account: 'one', count: round * 100 + i });
    await new Promise(setImmediate);
  }
  await log.flush();
  expect(await all(log.read())).toEqual(events);
  // The time's stream and the account's, for each batch; and 51 pages to read.
  expect(client.calls).toBeLessThan(2 * 60 + 60);
});

test('TK-10: forged and expired tokens cost no command until something else happens, or they are a batch', async () => {
  const { strategy, events } = await startApp();
  const client = await counting();
  const log = await newAuditLog(servers, strategy, { client });
  const report = (times: number) => {
    for (let i = 0; i < times; i++) strategy.events.report('link.expired', { account: 'one', count: i });
    strategy.events.report('signal.raised', { reason: 'forged_tokens' });
  };
  const turns = async () => {
    for (let i = 0; i < 3; i++) await new Promise(setImmediate);
  };
  report(98);
  await turns();
  expect(client.calls).toBe(0);
  strategy.events.report('link.expired', { account: 'one' });
  await turns();
  expect(client.calls).toBeGreaterThan(0);
  await log.flush();
  report(1);
  await log.flush();
  report(1);
  strategy.events.report('link.requested', { account: 'one' });
  await turns();
  await log.flush();
  report(1);
  await log.close();
  expect(await all(log.read())).toEqual(events.slice(0, 107));
});

test('AL-02: in an outage the buffer is bounded, one warning says so, and the next entry says how many', async () => {
  const gate = await Gate.before(servers.standalone);
  onTestFinished(() => gate.shut());
  const { client, close } = await IOREDIS.connect([gate.port]);
  onTestFinished(close);
  const { strategy, events } = await startApp();
  const log = await newAuditLog(servers, strategy, { client, bufferSize: 100 });
  const warned = warnings();

  gate.shut();
  await once(client as never, 'close');
  for (let i = 0; i < 150; i++) strategy.events.report('link.requested', { count: i });
  await once(process, 'warning');
  strategy.events.report('link.requested', { count: 150 });
  expect(warned).toEqual([documented('the audit log: events are dropped: the buffer is full', 'PBL_AUDIT')]);

  await gate.open();
  await log.flush();
  strategy.events.report('link.requested', { count: 151 });
  await log.flush();
  const entries = await all(log.read());
  const [first, ...rest] = [...events.slice(0, 100), events[151]];
  expect(entries).toEqual([{ ...first, dropped: 51 }, ...rest]);
  expect(warned).toHaveLength(1);
});

test('a key that is in the way costs its own entries, counted, and no other', async () => {
  const { strategy, events } = await startApp();
  const keyPrefix = newPrefix();
  await servers.admin(IOREDIS).set(`${keyPrefix}{broken}/audit`, 'no stream');
  const log = await newAuditLog(servers, strategy, { keyPrefix });
  const warned = warnings();
  strategy.events.report('link.requested', { account: 'broken' });
  await log.flush();
  strategy.events.report('link.requested', { account: 'whole' });
  await log.flush();
  expect(await all(log.read())).toEqual([events[0], { ...events[1], dropped: 1 }]);
  expect(await all(log.read({ account: 'whole' }))).toHaveLength(1);
  expect(warned).toEqual([documented('the audit log: events are dropped: Redis refuses them', 'PBL_AUDIT')]);
});

test('FT-16: close writes what is in hand, and hears no more', async () => {
  const { strategy, events } = await startApp();
  const keyPrefix = newPrefix();
  const log = await newAuditLog(servers, strategy, { keyPrefix });
  for (let i = 0; i < 1234; i++) strategy.events.report('link.requested', { count: i });
  await log.close();
  strategy.events.report('link.requested', { count: 1234 });
  await log.flush();
  expect(await all(log.read())).toEqual(events.slice(0, 1234));
});

test('FT-16: close gives up at its deadline, and says what is lost', async () => {
  const gate = await Gate.before(servers.standalone);
  const { client, close } = await IOREDIS.connect([gate.port]);
  onTestFinished(close);
  const { strategy } = await startApp();
  const log = new AuditLog(strategy, { client, keyPrefix: newPrefix() });
  gate.shut();
  await once(client as never, 'close');
  const warned = warnings();
  const first = once(process, 'warning');
  for (let i = 0; i < 3; i++) strategy.events.report('link.requested');
  await first;
  const last = once(process, 'warning');
  await log.close(20);
  await last;
  expect(warned).toEqual([
    documented('the audit log: Redis does not accept events; they will be retried', 'PBL_AUDIT'),
    documented('the audit log: events are dropped: closed before Redis accepted 3 of them', 'PBL_AUDIT'),
  ]);
});

test('a flush that Redis does not let through says so', async () => {
  const gate = await Gate.before(servers.standalone);
  onTestFinished(() => gate.shut());
  const { client, close } = await IOREDIS.connect([gate.port]);
  onTestFinished(close);
  const { strategy } = await startApp();
  const log = await newAuditLog(servers, strategy, { client });
  gate.lose('answers');
  strategy.events.report('link.requested');
  await expect(log.flush()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
});

test('SE-07: neither an address nor a network is in what Redis is given', async () => {
  const app = await startApp();
  const keyPrefix = newPrefix();
  const log = await newAuditLog(servers, app.strategy, { keyPrefix });
  const browser = app.browser();
  const { token, path } = await requestLink(app, browser);
  await app.browser().get(path);
  await browser.get(path);
  await app.strategy.addressChanged({ user: ada, from: ada.email, to: 'lovelace@example.com' });
  await log.flush();
  const admin = servers.admin(IOREDIS);
  const keys = await (admin as Redis).keys(`${keyPrefix}*`);
  expect(keys).toHaveLength(3);
  const texts = [...keys];
  for (const key of keys) texts.push(JSON.stringify(await admin.xrange(key, '-', '+')));
  const secrets = ['ada', 'lovelace', 'example.com', '127.0.0.1', token, token.slice(60)];
  expect(secrets.filter((secret) => texts.some((text) => text.includes(secret)))).toEqual([]);
});
