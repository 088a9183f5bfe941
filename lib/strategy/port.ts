/** What optional parts and the app's own code may use of a strategy: its keys, names, clock, mail and events. */
import type { Request } from 'express';
import type { Events, Reporter } from '../events/events.js';
import type { NoticeWords } from '../mail/notice.js';
import { parseAddress } from '../protocol/address.js';
import { type Sealer, sealerOf } from '../protocol/sealer.js';
import type { LinkStore } from '../protocol/store.js';
import { authContext } from '../session/auth-context.js';
import { openHeldAddress } from '../session/held-address.js';
import type { Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import { need } from '../util/check.js';
import type { Services } from './exchange.js';

export interface StrategyPort {
  readonly name: string;
  readonly origin: string;
  /** The path of the login form, such as `/login`. */
  readonly loginPath: string;
  /** The lifetime of a link in seconds. */
  readonly ttl: number;
  readonly store: LinkStore;
  readonly theme: Theme;
  readonly events: Events;
  /** Reports the events of this request, each with the same evidence of it. */
  reporterFor(req: Request): Reporter;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** The ids of the app's secrets, the current one first. They are public: an id reveals nothing about its secret. */
  readonly keyIds: readonly string[];
  /**
   * One sealer for each of the app's secrets, the current one first. What one part seals, no other part can open.
   * @param purpose names the part, such as `my-app/users`
   */
  sealers(purpose: string): readonly [Sealer, ...Sealer[]];
  /**
   * The tags that stand for an address's mailbox in events and in the store: one for each secret, the current one
   * first.
   * @throws TypeError for anything but one plain address
   */
  accountTags(address: string): readonly [string, ...string[]];
  /** The texts in the language of this request. */
  texts(req: Request): Texts;
  /**
   * Mails a notice to an address that the app has named. No limit applies. It waits for nothing: the events `mail.sent`
   * and `mail.failed` report the outcome.
   * @param notice its name in events
   * @throws TypeError for anything but one plain address
   */
  notify(notice: string, address: string, words: NoticeWords): void;
  /**
   * From now on, a login that `assess` answers with `stepUp` is held instead of denied. Call it only from code that
   * guards held logins.
   */
  acceptHeldLogins(): void;
  /** The address with which this request's held login was made. Undefined without a held login. */
  heldAddress(req: Request): string | undefined;
}

export function createPort(services: Services, events: Events): StrategyPort {
  const { config, accountLinks, notices } = services;
  const { name, origin, loginPath, ttl, store, theme, clock, keyring, languages } = config;
  return Object.freeze({
    name,
    origin,
    loginPath,
    ttl,
    store,
    theme,
    events,
    reporterFor: (req: Request) => services.reporterFor(req),
    clock,
    keyIds: keyring.all.map(({ id }) => id.toString('base64url')),
    sealers: (purpose: string) => keyring.all.map((keys) => sealerOf(keys, purpose)) as [Sealer, ...Sealer[]],
    accountTags: (address: string) => accountLinks.accountTags(address),
    texts: (req: Request) => languages.for(req),
    notify(notice: string, address: string, words: NoticeWords) {
      const parsed = parseAddress(address);
      need(parsed, 'notify takes one plain email address');
      notices.notifyOwner(notice, parsed.address, words);
    },
    acceptHeldLogins() {
      services.acceptsHeldLogins = true;
    },
    heldAddress: (req: Request) => openHeldAddress(keyring, authContext(req)?.heldAddress),
  });
}
