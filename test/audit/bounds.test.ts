/** How much the audit log keeps, for how long, and what is read of it. */
import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { AuditLog } from '../../lib/audit/index.js';
import type { EventDetails, EventType } from '../../lib/index.js';
import { startApp } from '../support/app.js';
import { all, newAuditLog, newPrefix } from '../support/audit.js';
import { useServers } from '../support/redis.js';
import { IOREDIS } from '../support/redis-clients.js';

const servers = useServers();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function logOf(options: Parameters<typeof newAuditLog>[2] = {}) {
  const keyPrefix = newPrefix();
  const test = await startApp();
  const log = await newAuditLog(servers, test.strategy, { keyPrefix, ...options });
  const report = (type: EventType, details: EventDetails = {}) => test.strategy.events.report(type, details);
  return {
    log,
    report,
    strategy: test.strategy,
    key: (name: string) => keyPrefix + name,
    admin: servers.admin(IOREDIS),
  };
}

test('AL-08: it is bounded by length: a flood pushes the oldest out, and no account keeps more than its share', async () => {
  const { log, report, key, admin } = await logOf({ maxEvents: 300 });
  for (let i = 0; i < 5000; i++) report('link.opened_elsewhere', { account: 'flooded', count: i });
  await log.flush();
  // Redis trims whole nodes of a stream, of a hundred entries each.
  expect(await admin.xlen(key('audit'))).toBeLessThanOrEqual(400);
  expect(await admin.xlen(key('{flooded}/audit'))).toBeLessThanOrEqual(1100);
  expect((await all(log.read())).at(-1)?.count).toBe(4999);
  await log.retain();
  expect(await admin.xlen(key('audit'))).toBe(300);
  expect(await admin.xlen(key('{flooded}/audit'))).toBe(1000);
});

test('EN-08: an account that nobody has logged in to is kept for an hour, another for as long as its entries', async () => {
  const { log, report, key, admin } = await logOf({ maxAgeDays: 7 });
  const life = async (account: string) => {
    await log.flush();
    return admin.pttl(key(`{${account}}/audit`));
  };
  report('link.requested', { account: 'stranger' });
  report('link.requested', { account: 'owner' });
  expect(await life('stranger')).toBeLessThanOrEqual(HOUR);
  expect(await life('owner')).toBeLessThanOrEqual(HOUR);
  report('link.redeemed', { account: 'owner' });
  expect(await life('owner')).toBeGreaterThan(7 * DAY - HOUR);
  await admin.pexpire(key('{owner}/audit'), 2 * HOUR);
  report('link.opened_elsewhere', { account: 'owner' });
  expect(await life('owner')).toBeGreaterThan(7 * DAY - HOUR);
  report('link.opened_elsewhere', { account: 'stranger' });
  expect(await life('stranger')).toBeLessThanOrEqual(HOUR);
  expect(await admin.pttl(key('audit'))).toBeGreaterThan(7 * DAY - HOUR);
});

test('AL-08: what is in hand of an account is erased with the rest', async () => {
  const { log, report } = await logOf();
  // More than is written at one time.
  for (let i = 0; i < 1000; i++) report('link.redeemed', { account: 'erased' });
  report('link.redeemed', { account: 'kept' });
  await log.eraseAccount('erased');
  await log.flush();
  expect(await all(log.read())).toMatchObject([{ account: 'kept' }]);
  expect(await all(log.read({ account: 'erased' }))).toEqual([]);
});

test('a change of address is in the history of both accounts', async () => {
  const { log, report } = await logOf();
  report('address.changed', { account: 'new', formerAccount: 'old' });
  await log.flush();
  const [one, two] = [await all(log.read({ account: 'new' })), await all(log.read({ account: 'old' }))];
  expect(one).toMatchObject([{ type: 'address.changed', account: 'new', formerAccount: 'old' }]);
  expect(two).toEqual(one);
});

describe('reading', () => {
  test('goes page by page, either way, and no further than it is asked to', async () => {
    const { log, report } = await logOf();
    for (let i = 0; i < 450; i++) report('link.requested', { count: i });
    await log.flush();
    const counts = (await all(log.read())).map(({ count }) => count);
    expect(counts).toEqual(Array.from({ length: 450 }, (_, i) => i));
    expect((await all(log.read({ newestFirst: true }))).map(({ count }) => count)).toEqual(counts.toReversed());
    const first: unknown[] = [];
    for await (const { count } of log.read({ newestFirst: true })) {
      first.push(count);
      if (first.length === 3) break;
    }
    expect(first).toEqual([449, 448, 447]);
  });

  test('takes a span of time, both ends in it', async () => {
    const { log, key, admin } = await logOf();
    const now = Math.floor(Date.now() / 1000);
    for (const ago of [30, 20, 10])
      await admin.xadd(key('audit'), `${(now - ago) * 1000 + 500}-0`, 'e', `{"id":"${ago}"}`);
    const idsOf = async (range: object) => (await all(log.read(range))).map(({ id }) => id);
    expect(await idsOf({ from: now - 20 })).toEqual(['20', '10']);
    expect(await idsOf({ to: now - 20 })).toEqual(['30', '20']);
    expect(await idsOf({ from: now - 25, to: now - 15, newestFirst: true })).toEqual(['20']);
    expect(await idsOf({ from: now + 10 })).toEqual([]);
  });

  test('TK-11: an account’s history goes on across a change of secrets, in its order', async () => {
    const [OLD, NEW] = ['the older secret, which is long enough', 'the newer secret, which is long enough'];
    const both = await startApp({ options: { secret: [NEW, OLD] } });
    const [current, former] = both.strategy.accountTags('ada@example.com') as [string, string];
    expect(current).not.toBe(former);
    const log = await newAuditLog(servers, both.strategy);
    const admin = servers.admin(IOREDIS) as Redis;
    const millisecond = async () => Math.floor(Number((await admin.time())[1]) / 1000);
    for (const [i, account] of [former, current, former, current, current].entries()) {
      both.strategy.events.report('link.redeemed', { account, count: i });
      await log.flush();
      // Two streams have no order within one millisecond.
      const written = await millisecond();
      while ((await millisecond()) === written);
    }
    for (const newestFirst of [false, true]) {
      const counts = (await all(log.read({ address: 'ada@example.com', newestFirst }))).map(({ count }) => count);
      expect(counts).toEqual(newestFirst ? [4, 3, 2, 1, 0] : [0, 1, 2, 3, 4]);
    }
    await log.eraseAccount('ada@example.com');
    expect(await all(log.read())).toEqual([]);
  });

  test('AL-03: as JSON lines, each event is one line', async () => {
    const { log, report } = await logOf();
    for (const reason of ['plain', 'a\r\n{"type":"link.redeemed"}\u2028', '"quoted"\\'])
      report('mail.failed', { reason });
    await log.flush();
    const text = (await all(log.toJsonLines())).join('');
    const lines = text.trimEnd().split(/[\r\n\u2028]/);
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(Array(3).fill('mail.failed'));
    expect(text.endsWith('\n')).toBe(true);
  });

  test.each([{ account: undefined }, { account: '' }, { address: undefined }, { address: 'nobody' }, { acount: 'x' }])(
    'of nobody is refused, and is not of everybody: %j',
    async (range) => {
      const { log } = await logOf();
      await expect(all(log.read(range as object))).rejects.toThrow(TypeError);
      await expect(all(log.toJsonLines(range as object))).rejects.toThrow(TypeError);
      await expect(log.eraseAccount('')).rejects.toThrow(TypeError);
    },
  );
});

test.each([
  [{ maxEvents: 0 }, 'maxEvents'],
  [{ maxEvents: 99 }, 'maxEvents'],
  [{ maxAgeDays: 1.5 }, 'maxAgeDays'],
  [{ bufferSize: 10 }, 'bufferSize'],
  [{ keyPrefix: 'a{b}' }, 'keyPrefix'],
  [{ maxEvent: 100 }, 'did you mean maxEvents'],
])('a wrong option is refused: %j', async (options, named) => {
  const { strategy } = await startApp();
  await expect(newAuditLog(servers, strategy, options as object)).rejects.toThrow(named);
});

test('what is no client, and what is no strategy, is refused', async () => {
  const { strategy } = await startApp();
  const Untyped = AuditLog as new (...args: unknown[]) => AuditLog;
  expect(() => new Untyped(strategy, { client: {} })).toThrow(/ioredis 5 or 6/);
  expect(() => new Untyped({}, { client: {} })).toThrow(/MagicLinkStrategy first/);
});
