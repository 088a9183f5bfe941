/** The protocol over the memory store, used as routes would use it. */
import { Events, type MagicLinkEvent } from '../../lib/events/events.js';
import { AccountLinks } from '../../lib/protocol/account-links.js';
import { type Address, parseAddress } from '../../lib/protocol/address.js';
import type { LinkRequest } from '../../lib/protocol/claims.js';
import { Keyring } from '../../lib/protocol/keys.js';
import { MagicLink } from '../../lib/protocol/magic-link.js';
import type { Browser, IssuedLink, RequestedLink } from '../../lib/protocol/outcomes.js';
import type { LinkStore, OpenResult } from '../../lib/protocol/store.js';
import { MemoryStore } from '../../lib/store/memory.js';

export const ORIGIN = 'https://app.example.com';
export const TTL = 600;
export const START = 1_700_000_000_500;
export const NEW = 'the newer secret, which is long enough';
export const OLD = 'the older secret, which is long enough';

export const requester: Browser = { sessionId: 'session-of-ada', nonce: 'nonce-of-ada' };
export const another: Browser = { sessionId: 'session-of-eve', nonce: 'nonce-of-eve' };

/** One store and one time, which stands still until it is moved. */
export class World {
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
      redeemByCode: (code, maxTries) => store.redeemByCode(code, maxTries),
      revoke: (account, recordId) => store.revoke(account, recordId),
      outstanding: (account) => store.outstanding(account),
      increment: (name, windowMs) => store.increment(name, windowMs),
      ping: () => store.ping(),
      ...overrides,
    };
  }
}

/** An app's login in this world, used as its routes would use it. */
export class App {
  readonly heard: MagicLinkEvent[] = [];
  readonly login: MagicLink;
  readonly links: AccountLinks;

  constructor(
    readonly world: World,
    {
      secrets = [NEW] as [string, ...string[]],
      origin = ORIGIN,
      name = 'magic-link',
      store = world.store as LinkStore,
      codes = true,
    } = {},
  ) {
    const clock = () => world.now;
    const events = new Events(clock, () => 'event-id').on('*', (event) => this.heard.push(event));
    const keyring = new Keyring(secrets, `${origin}|${name}`);
    const callbackPath = '/login/callback';
    this.login = new MagicLink({ keyring, store, events, clock, ttl: TTL, origin, callbackPath, codes });
    this.links = new AccountLinks({ keyring, store, events, clock });
  }

  async requestLink(address = 'ada@example.com', by = requester, more: Partial<LinkRequest> = {}): Promise<IssuedLink> {
    const issued = await this.login.issue({ ...(parseAddress(address) as Address), ...more }, by);
    if (issued.status === 'limited') throw new Error('the ask was limited');
    return issued.link;
  }

  async look({ url }: IssuedLink, by: Browser | undefined = requester): Promise<OpenResult['status']> {
    const read = this.login.read(tokenIn(url));
    return read.status === 'current' ? this.login.open(read.token, by) : read.status;
  }

  async click({ url }: IssuedLink, by: Browser | 'none' = requester, method: 'GET' | 'POST' = 'GET') {
    const read = this.login.read(tokenIn(url));
    return read.status === 'current'
      ? this.login.redeem(read.token, by === 'none' ? undefined : by, method)
      : { status: read.status };
  }

  async statusOf(link: IssuedLink, by?: Browser | 'none', method?: 'GET' | 'POST') {
    return (await this.click(link, by, method)).status;
  }

  /** Types a code for this link: its own, unless another is given. */
  async type(
    { keyId, account, recordId, code = '' }: RequestedLink & { code?: string | undefined },
    typed = code,
    by = requester,
  ) {
    return this.login.redeemByCode({ keyId, account, recordId }, typed, by);
  }
}

export const tokenIn = (url: string) => new URL(url).searchParams.get('token') as string;
export const newApp = (options: ConstructorParameters<typeof App>[1] = {}) => new App(new World(), options);
