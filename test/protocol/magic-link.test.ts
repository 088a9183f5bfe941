/** The protocol over the memory store: what becomes of a link, and what is told of it. */
import { describe, expect, test } from 'vitest';
import { UnavailableError } from '../../lib/errors.js';
import { Events, type EventType, type MagicLinkEvent } from '../../lib/events.js';
import { type Address, parseAddress } from '../../lib/protocol/address.js';
import { Keyring } from '../../lib/protocol/keys.js';
import { type Ask, type Browser, type IssuedLink, MagicLink } from '../../lib/protocol/magic-link.js';
import type { Judged, LinkStore, NewLink } from '../../lib/protocol/store.js';
import { MemoryStore } from '../../lib/store/memory.js';

const ORIGIN = 'https://app.example.com';
const TTL = 600;
const START = 1_700_000_000_500;
const NEW = 'the newer secret, which is long enough';
const OLD = 'the older secret, which is long enough';

const asking: Browser = { sessionId: 'session-of-ada', nonce: 'nonce-of-ada' };
const another: Browser = { sessionId: 'session-of-eve', nonce: 'nonce-of-eve' };

/** One store and one time, which stands still until it is moved. */
class World {
  now = START;
  /** What the store's clock is ahead by. */
  ahead = 0;
  readonly store = new MemoryStore({ clock: () => this.now + this.ahead });

  /** The store, but for what is given. */
  storeWith(overrides: Partial<LinkStore>): LinkStore {
    const { store } = this;
    return {
      issue: (link) => store.issue(link),
      open: (link) => store.open(link),
      redeem: (link, countMismatch) => store.redeem(link, countMismatch),
      revoke: (account, recordId) => store.revoke(account, recordId),
      ping: () => store.ping(),
      ...overrides,
    };
  }
}

/** An app's login in this world, used as its routes would use it. */
class App {
  readonly heard: MagicLinkEvent[] = [];
  readonly login: MagicLink;

  constructor(
    readonly world: World,
    {
      secrets = [NEW] as [string, ...string[]],
      origin = ORIGIN,
      name = 'magic-link',
      store = world.store as LinkStore,
    } = {},
  ) {
    const clock = () => world.now;
    const events = new Events(clock).on('*', (event) => this.heard.push(event));
    const keyring = new Keyring(secrets, `${origin}|${name}`);
    this.login = new MagicLink({ keyring, store, events, clock, ttl: TTL, origin, callbackPath: '/login/callback' });
  }

  ask(address = 'ada@example.com', by = asking, more: Partial<Ask> = {}): Promise<IssuedLink> {
    return this.login.issue({ ...(parseAddress(address) as Address), ...more }, by);
  }

  async look({ url }: IssuedLink, by: Browser | undefined = asking): Promise<Judged['status']> {
    const token = this.login.read(tokenIn(url));
    return typeof token === 'string' ? token : this.login.open(token, by);
  }

  async click({ url }: IssuedLink, by: Browser | 'none' = asking, method: 'GET' | 'POST' = 'GET') {
    const token = this.login.read(tokenIn(url));
    return typeof token === 'string'
      ? { status: token }
      : this.login.redeem(token, by === 'none' ? undefined : by, method);
  }

  async statusOf(link: IssuedLink, by?: Browser | 'none', method?: 'GET' | 'POST') {
    return (await this.click(link, by, method)).status;
  }
}

const tokenIn = (url: string) => new URL(url).searchParams.get('token') as string;
const startApp = (options: ConstructorParameters<typeof App>[1] = {}) => new App(new World(), options);

describe('issue', () => {
  test('gives a URL of the origin with the token and nothing else, and its end', async () => {
    const link = await startApp().ask();
    expect(link.url).toMatch(/^https:\/\/app\.example\.com\/login\/callback\?token=pbl_[\w-]{112}$/);
    expect(link.expiresAt).toBe(START + TTL * 1000);
  });

  test('FT-10: resolves only after the store has', async () => {
    const world = new World();
    let keep = () => {};
    const store = world.storeWith({ issue: () => new Promise((resolve) => (keep = resolve)) });
    let resolved = false;
    const issued = new App(world, { store }).ask().then(() => (resolved = true));
    await new Promise(setImmediate);
    expect(resolved).toBe(false);
    keep();
    await issued;
  });

  test('TK-02, BD-04, SE-07: gives the store nothing in the clear, and nothing twice', async () => {
    const world = new World();
    const kept: NewLink[] = [];
    const app = new App(world, { store: world.storeWith({ issue: async (link) => void kept.push(link) }) });
    const more = { returnTo: `${ORIGIN}/account`, state: 'state-of-ada' };
    const urls = [await app.ask(undefined, asking, more), await app.ask(undefined, asking, more)].map(({ url }) => url);

    const secretBytes = urls.map((url) => Buffer.from(tokenIn(url).slice(4), 'base64url').subarray(42, 74));
    const inClear = ['ada', '/account', 'session', 'nonce', ...urls.map(tokenIn)];
    inClear.push(...secretBytes.flatMap((bytes) => [bytes.toString('hex'), bytes.toString('base64url')]));
    const dump = JSON.stringify(kept) + kept.map(({ sealed }) => Buffer.from(sealed, 'base64url').toString('latin1'));
    expect(inClear.filter((text) => dump.includes(text))).toEqual([]);

    const [first, second] = kept as [NewLink, NewLink];
    expect(first.account).toBe(second.account);
    for (const part of ['recordId', 'digest', 'binding', 'sealed'] as const) expect(first[part]).not.toBe(second[part]);
    expect(first.ttlMs).toBe(TTL * 1000);
  });
});

describe('read', () => {
  test.each([undefined, '', 'pbl_', 'ada', ['pbl_'], `pbl_${'A'.repeat(112)}`])('TK-10: %j is invalid', (text) => {
    expect(startApp().login.read(text)).toBe('invalid');
  });

  test('TK-04: a link is over at its end, and not a millisecond before', async () => {
    const app = startApp();
    const link = await app.ask();
    app.world.now = link.expiresAt - 1;
    expect(app.login.read(tokenIn(link.url))).toMatchObject({ recordId: link.recordId });
    app.world.now = link.expiresAt;
    expect(app.login.read(tokenIn(link.url))).toBe('expired');
  });
});

describe('open', () => {
  test('finds a new link live, and changes nothing', async () => {
    const app = startApp();
    const link = await app.ask();
    expect([await app.look(link), await app.look(link), await app.statusOf(link)]).toEqual([
      'live',
      'live',
      'redeemed',
    ]);
  });

  test('SC-01: a browser that asked for nothing is told so without a look', async () => {
    const world = new World();
    const app = new App(world, { store: world.storeWith({ open: () => Promise.reject(new Error('asked')) }) });
    const { url } = await app.ask();
    const token = app.login.read(tokenIn(url));
    if (typeof token === 'string') throw new Error(token);
    expect(await app.login.open(token, undefined)).toBe('mismatch');
  });
});

describe('redeem', () => {
  test('gives all that was asked with', async () => {
    const app = startApp();
    const more = { returnTo: `${ORIGIN}/account`, state: 'invited by Bob' };
    const link = await app.ask('Ada+x@Example.com', asking, more);
    app.world.now += 1000;
    const claims = { address: 'ada+x@example.com', recordId: link.recordId, issuedAt: 1_700_000_000, ...more };
    expect(await app.click(link)).toEqual({ status: 'redeemed', claims });
  });

  test('what was not asked with is undefined', async () => {
    const app = startApp();
    const redeemed = await app.click(await app.ask());
    expect(redeemed).toMatchObject({ claims: { returnTo: undefined, state: undefined } });
  });

  test.each<[string, Browser | 'none']>([
    ['another browser', another],
    ['no browser', 'none'],
    ['another session', { ...asking, sessionId: another.sessionId }],
    ['another nonce', { ...asking, nonce: another.nonce }],
    ['the two swapped', { sessionId: asking.nonce, nonce: asking.sessionId }],
    ['the two parted elsewhere', { sessionId: `${asking.sessionId}n`, nonce: asking.nonce.slice(1) }],
  ])('BD-01, TK-14: %s is a mismatch and spends nothing', async (_who, by) => {
    const app = startApp();
    const link = await app.ask();
    expect([await app.statusOf(link, by), await app.statusOf(link, by, 'POST')]).toEqual(['mismatch', 'mismatch']);
    expect(await app.statusOf(link)).toBe('redeemed');
  });

  test('RC-01: of 200 at once one is a login, and the others are parallel to it', async () => {
    const app = startApp();
    const link = await app.ask();
    const statuses = await Promise.all(Array.from({ length: 200 }, () => app.statusOf(link)));
    expect(statuses.toSorted()).toEqual([...Array(199).fill('parallel'), 'redeemed']);
  });

  test.each([
    [0, 'parallel'],
    [9_999, 'parallel'],
    [10_000, 'used'],
  ])('SS-05, TK-03: %i ms after its login a link is %s', async (ms, status) => {
    const app = startApp();
    const link = await app.ask();
    const { claims } = (await app.click(link)) as { claims: unknown };
    app.world.now += ms;
    expect(await app.click(link)).toEqual({ status, claims });
  });

  test('a link is spent alone: another that the same session asked for is untouched', async () => {
    const app = startApp();
    const [first, second] = [await app.ask(), await app.ask()];
    expect([await app.statusOf(first), await app.statusOf(second)]).toEqual(['redeemed', 'redeemed']);
  });
});

describe('what is not a link of this store is invalid', () => {
  test('one that the store does not know', async () => {
    const link = await startApp().ask();
    const elsewhere = startApp();
    expect([await elsewhere.look(link), await elsewhere.statusOf(link)]).toEqual(['invalid', 'invalid']);
  });

  const flip = (at: number) => (sealed: string) => {
    const bytes = Buffer.from(sealed, 'base64url');
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes.toString('base64url');
  };
  test.each<[string, (sealed: string, other: string) => string]>([
    ['with their first byte changed', flip(0)],
    ['with a middle byte changed', flip(20)],
    ['cut off', (sealed) => sealed.slice(0, -4)],
    ['gone', () => ''],
    ['in the clear', () => JSON.stringify([1, 'eve@evil.test', null, null])],
    ['from another record', (_sealed, other) => other],
  ])('TK-08: one whose claims are %s', async (_how, change) => {
    const world = new World();
    const kept: NewLink[] = [];
    const issue = async (link: NewLink) => {
      kept.push(link);
      await world.store.issue({ ...link, sealed: change(link.sealed, kept[0]?.sealed as string) });
    };
    const app = new App(world, { store: world.storeWith({ issue }) });
    await app.ask('bob@example.com');
    const link = await app.ask();
    app.heard.length = 0;
    expect([await app.statusOf(link), await app.statusOf(link)]).toEqual(['invalid', 'invalid']);
    expect(app.heard).toEqual([]);
  });
});

describe('a link is judged: forged, expired, binding, used or revoked', () => {
  /** A link in each state, and then what it is to the asking browser, to another, and to none. */
  const judgedIn = async (bring: (app: App, link: IssuedLink) => unknown) => {
    const app = startApp();
    const link = await app.ask();
    await bring(app, link);
    app.world.now += 10_000;
    const looked = [await app.look(link), await app.look(link, another)];
    const clicked = [
      await app.statusOf(link),
      await app.statusOf(link, another, 'POST'),
      await app.statusOf(link, 'none'),
    ];
    return [...looked, ...clicked];
  };
  const spend = (app: App, link: IssuedLink) => app.click(link);
  const withdraw = (app: App, link: IssuedLink) => app.login.revoke(link);
  const end = (app: App) => (app.world.now += TTL * 1000);
  const endInStore = (app: App) => (app.world.ahead = TTL * 1000);

  test.each<[string, (app: App, link: IssuedLink) => unknown, string, string]>([
    ['used', spend, 'used', 'mismatch'],
    ['revoked', withdraw, 'revoked', 'mismatch'],
    ['expired', end, 'expired', 'expired'],
    ['expired by the store’s clock', endInStore, 'expired', 'expired'],
    ['used and expired', (app, link) => spend(app, link).then(() => end(app)), 'expired', 'expired'],
    ['revoked and expired', (app, link) => withdraw(app, link).then(() => end(app)), 'expired', 'expired'],
  ])('%s: told to the asking browser, and to others', async (_state, bring, toAsking, toOthers) => {
    expect(await judgedIn(bring)).toEqual([toAsking, toOthers, toAsking, toOthers, toOthers]);
  });
});

describe('revoke', () => {
  test('ends one link and no other', async () => {
    const app = startApp();
    const [first, second] = [await app.ask(), await app.ask()];
    await app.login.revoke(first);
    expect([await app.statusOf(first), await app.statusOf(second)]).toEqual(['revoked', 'redeemed']);
  });
});

describe('revokeAll', () => {
  test.each(['ada@example.com', 'ADA@Example.COM', 'ada+other@example.com'])(
    'SS-10: ends every live link of the mailbox, named as %s',
    async (address) => {
      const app = startApp();
      const links = [await app.ask('ada@example.com'), await app.ask('ada+x@example.com', another)];
      const bobs = await app.ask('bob@example.com');
      expect(await app.login.revokeAll(address)).toBe(2);
      expect(await app.statusOf(links[0] as IssuedLink)).toBe('revoked');
      expect(await app.statusOf(links[1] as IssuedLink, another)).toBe('revoked');
      expect(await app.statusOf(bobs)).toBe('redeemed');
    },
  );

  test('counts neither what is used nor what is over', async () => {
    const app = startApp();
    await app.ask();
    app.world.now += TTL * 1000;
    await app.click(await app.ask());
    expect(await app.login.revokeAll('ada@example.com')).toBe(0);
  });

  test('leaves links that are asked for afterwards', async () => {
    const app = startApp();
    await app.login.revokeAll('ada@example.com');
    expect(await app.statusOf(await app.ask())).toBe('redeemed');
  });

  test.each(['', 'ada', 'ada@example.com, bob@example.com', undefined, null, ['ada@example.com']])(
    'takes one plain address, not %j',
    async (address) => {
      const revoked = startApp().login.revokeAll(address as string);
      await expect(revoked).rejects.toThrow(new TypeError('revokeAll takes one plain email address'));
    },
  );
});

describe('TK-11: rotation of secrets', () => {
  const world = new World();
  const before = new App(world, { secrets: [OLD] });
  const added = new App(world, { secrets: [OLD, NEW] });
  const moved = new App(world, { secrets: [NEW, OLD] });
  const after = new App(world, { secrets: [NEW] });

  test.each([
    ['before it, on a server that has the new one last', before, added],
    ['before it, on a server that has the new one first', before, moved],
    ['while the new one is last, on a server that has only the old one', added, before],
    ['after the new one is first, on a server that has it last', moved, added],
    ['after the new one is first, on a server that has only it', moved, after],
  ])('a link of %s logs in', async (_when, issuing, redeeming) => {
    expect(await redeeming.statusOf(await issuing.ask())).toBe('redeemed');
  });

  test('a secret that is gone has taken its links with it', async () => {
    const link = await added.ask();
    expect(await after.statusOf(link)).toBe('invalid');
  });

  test('revokeAll ends the links of every secret', async () => {
    const links = [await before.ask('carol@example.com'), await after.ask('carol@example.com')];
    expect(await moved.login.revokeAll('carol@example.com')).toBe(2);
    expect(await Promise.all(links.map((link) => moved.statusOf(link)))).toEqual(['revoked', 'revoked']);
  });
});

describe('TK-07: two apps with one secret and one store', () => {
  test.each([
    ['another origin', { origin: 'https://other.example.com' }],
    ['another strategy', { name: 'magic-link-2' }],
  ])('a link of %s is invalid, and is not revoked', async (_which, other) => {
    const world = new World();
    const [one, two] = [new App(world), new App(world, other)];
    const link = await one.ask();
    expect(await two.statusOf(link)).toBe('invalid');
    expect(await two.login.revokeAll('ada@example.com')).toBe(0);
    expect(await one.statusOf(link)).toBe('redeemed');
  });
});

describe('FT-01, FT-02: a store that does not answer', () => {
  test.each<[keyof LinkStore, (app: App, link: IssuedLink) => Promise<unknown>]>([
    ['issue', (app) => app.ask()],
    ['open', (app, link) => app.look(link)],
    ['redeem', (app, link) => app.click(link)],
    ['revoke', (app, link) => app.login.revoke(link)],
    ['revoke', (app) => app.login.revokeAll('ada@example.com')],
  ])('%s rejects: unavailable, nothing told, and the link works afterwards', async (method, call) => {
    const world = new World();
    const link = await new App(world).ask();
    const cause = new Error('ada@example.com');
    const app = new App(world, { store: world.storeWith({ [method]: () => Promise.reject(cause) }) });

    const error = await call(app, link).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ part: 'store', status: 503, message: 'the store is unavailable', cause });
    expect(app.heard).toEqual([]);
    expect(await new App(world).statusOf(link)).toBe('redeemed');
  });
});

describe('AL-01: events', () => {
  const later = (app: App) => (app.world.now += 10_000);

  test.each<[string, (app: App, link: IssuedLink) => unknown, ([EventType] | [EventType, number])[]]>([
    ['a look', (app, link) => app.look(link), []],
    ['a look elsewhere', (app, link) => app.look(link, another), [['link.opened_elsewhere']]],
    ['a login', (app, link) => app.click(link), [['link.redeemed']]],
    ['a GET elsewhere', (app, link) => app.click(link, another, 'GET'), [['link.opened_elsewhere']]],
    ['a POST elsewhere', (app, link) => app.click(link, another, 'POST'), [['link.wrong_browser', 1]]],
    ['a POST without a browser', (app, link) => app.click(link, 'none', 'POST'), [['link.wrong_browser', 1]]],
    ['a withdrawal', (app, link) => app.login.revoke(link), [['link.revoked', 1]]],
  ])('%s', async (_what, act, expected) => {
    const app = startApp();
    const link = await app.ask();
    app.heard.length = 0;
    await act(app, link);
    expect(app.heard.map(({ type, count }) => (count === undefined ? [type] : [type, count]))).toEqual(expected);
    for (const event of app.heard) expect(event).toMatchObject({ account: link.account, link: link.recordId });
  });

  test.each<[string, (app: App, link: IssuedLink) => unknown, (app: App, link: IssuedLink) => unknown, EventType[]]>([
    [
      'a second POST elsewhere',
      (a, l) => a.click(l, another, 'POST'),
      (a, l) => a.click(l, another, 'POST'),
      ['link.wrong_browser'],
    ],
    ['a click parallel to the login', (a, l) => a.click(l), (a, l) => a.click(l), []],
    ['a click later than that', (a, l) => a.click(l).then(() => later(a)), (a, l) => a.click(l), ['link.used_again']],
    ['a look later than that', (a, l) => a.click(l).then(() => later(a)), (a, l) => a.look(l), ['link.used_again']],
    ['a click elsewhere after it', (a, l) => a.click(l), (a, l) => a.click(l, another), ['link.opened_elsewhere']],
    ['a click past its end', (a) => (a.world.now += TTL * 1000), (a, l) => a.click(l), ['link.expired']],
    ['a look past the store’s end', (a) => (a.world.ahead = TTL * 1000), (a, l) => a.look(l), ['link.expired']],
    ['a click past the store’s end', (a) => (a.world.ahead = TTL * 1000), (a, l) => a.click(l), ['link.expired']],
    ['a click on what is withdrawn', (a, l) => a.login.revoke(l), (a, l) => a.click(l), []],
    ['a second withdrawal', (a, l) => a.login.revoke(l), (a, l) => a.login.revoke(l), []],
    ['a withdrawal of all where none is left', (a, l) => a.click(l), (a) => a.login.revokeAll('ada@example.com'), []],
  ])('%s', async (_what, before, act, expected) => {
    const app = startApp();
    const link = await app.ask();
    await before(app, link);
    app.heard.length = 0;
    await act(app, link);
    expect(app.heard.map(({ type }) => type)).toEqual(expected);
  });

  test('an ask', async () => {
    const app = startApp();
    const { account, recordId } = await app.ask();
    expect(app.heard).toEqual([{ type: 'link.asked', severity: 'info', time: 1_700_000_000, account, link: recordId }]);
  });

  test('BD-14: wrong browsers are counted a link, and a GET is none', async () => {
    const app = startApp();
    const [one, two] = [await app.ask(), await app.ask()];
    for (const link of [one, one, two, one]) {
      await app.click(link, another, 'GET');
      await app.click(link, another, 'POST');
    }
    const wrong = app.heard.filter(({ type }) => type === 'link.wrong_browser');
    expect(wrong.map(({ count }) => count)).toEqual([1, 2, 1, 3]);
  });

  test('a withdrawal of all, once for all of its links', async () => {
    const app = startApp();
    const { account } = await app.ask();
    await app.ask();
    await app.login.revokeAll('ada@example.com');
    expect(app.heard.slice(2)).toMatchObject([{ type: 'link.revoked', account, count: 2 }]);
    expect(app.heard[2]).not.toHaveProperty('link');
  });

  test('a forged token is none', () => {
    const app = startApp();
    app.login.read(`pbl_${'A'.repeat(112)}`);
    expect(app.heard).toEqual([]);
  });

  test('SE-01: nothing secret is in any of them', async () => {
    const app = startApp();
    const links = [await app.ask(), await app.ask(undefined, asking, { state: 'state-of-ada' }), await app.ask()];
    for (const link of links) {
      for (const by of [another, asking, asking]) await app.click(link, by, 'POST');
      later(app);
      await app.look(link);
    }
    await app.ask();
    await app.login.revokeAll('ada@example.com');
    app.world.now += TTL * 1000;
    for (const link of links) await app.click(link);

    expect(new Set(app.heard.map(({ type }) => type)).size).toBe(6);
    const told = JSON.stringify(app.heard);
    const secrets = ['ada', '@', 'session', 'nonce', 'pbl_', ...links.map(({ url }) => tokenIn(url).slice(60)), NEW];
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  });
});
