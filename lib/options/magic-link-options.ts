/** The options of the strategy, as the app passes them. */
import type { Request } from 'express';
import type { LimitOptions } from '../limits/limit-options.js';
import type { MailOptions } from '../mail/mail-options.js';
import type { MayReceive } from '../mail/mailer.js';
import type { NoticeOptions } from '../notices/notice-options.js';
import type { LinkStore } from '../protocol/store.js';
import type { Texts } from '../texts/texts.js';
import type { ThemeOptions } from '../texts/theme.js';
import type { Views } from '../web/pages.js';
import type { AccountHooks } from './account-hooks.js';
import type { Assess } from './assess.js';
import type { VerifyOptions } from './verify.js';

/** Every default is in `defaults.ts`. */
export interface MagicLinkOptions<User = unknown, Strategy = unknown>
  extends AccountHooks<User, Strategy>,
    VerifyOptions {
  /** The name that `passport.authenticate()` knows the strategy by: letters, digits, - and _. Default `magic-link`. */
  name?: string;
  /**
   * Random, at least 32 bytes, the same on all servers of the app. Of several, the first signs and all verify. To rotate,
   * deploy the new secret as the last one, then as the first one, and remove the old one when its links have ended.
   */
  secret: string | readonly string[];
  /** The app's origin, such as `https://app.example.com`; http only on loopback. All links lead to it. */
  origin: string;
  /** The path of the callback route at that origin. For the drop-in router it ends in `/callback`. */
  callbackPath: string;
  /** Keeps the links: `new RedisStore(client)`; in development `new MemoryStore()`. */
  store: LinkStore;
  mail: MailOptions;
  /** Seconds that a link is valid, 1 to 600 (NIST SP 800-63B-4 3.1.3.2, ASVS 5.0 6.5.5). Default 600. */
  ttl?: number;
  /** Allows a `ttl` of up to 86,400 seconds. A mailbox that is left open stays a way to log in for as long. */
  dangerouslyLongTtl?: boolean;
  /** `always`: the browser that requested the link asks for a click, too, before it logs in. Default `auto`. */
  confirm?: 'auto' | 'always';
  /**
   * What a link does in another browser than the one that requested it. `code`: it shows a code to type in that browser;
   * such a login has level 0, because a phisher can relay a code. `deny`: it only says where the link works. Default
   * `code`.
   */
  otherBrowser?: 'code' | 'deny';
  /**
   * Whether this address may have mail. Called after the answer, for links and for notices. False sends nothing; a string
   * sends to that address instead, the one stored with the account. Not called for the notice of `addressChanged`.
   * Default: every address may.
   */
  mayReceive?: MayReceive;
  limits?: LimitOptions;
  /** What people are told by mail. Each kind at most five times a day, except `newBrowser`, which `limits.account` bounds. */
  notices?: NoticeOptions;
  /** Lifts all limits: anyone can then fill any mailbox. For load tests; refused where the origin is not loopback. */
  dangerouslyNoLimits?: boolean;
  /**
   * Judges a login after `verify` and before anybody is logged in: `allow`, `stepUp` (needs a `StepUp`, else it means
   * `deny`) or `deny`. It may take 5 seconds; if it throws or is late, the answer is 503. Default: allows every login.
   */
  assess?: Assess<User>;
  /** The app's own pages in place of ours. Each is a function that answers. */
  views?: Views;
  theme?: ThemeOptions;
  /** All texts of pages and mail, by BCP 47 tag. The first one is the fallback. Default `{ en, de }`. */
  languages?: Readonly<Record<string, Texts>>;
  /** The tag of one of `languages` for this request, if the app knows it; another tag gives the first one. Default: by Accept-Language. */
  language?: (req: Request) => string | undefined;
  /** Epoch milliseconds. Default `Date.now`. */
  clock?: () => number;
}
