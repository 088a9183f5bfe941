/** The default of every option of the strategy, in one literal. */
import { renderMessage } from '../mail/message.js';
import { renderNotice } from '../mail/notice.js';
import { de } from '../texts/de.js';
import { en } from '../texts/en.js';
import type { MagicLinkOptions } from './magic-link-options.js';

/** Durations are seconds; names ending in `Ms` are milliseconds. */
export const DEFAULTS = {
  name: 'magic-link',
  ttl: 600,
  dangerouslyLongTtl: false,
  confirm: 'auto',
  otherBrowser: 'code',
  mayReceive: () => true,
  assess: () => 'allow',
  verifyStyle: 'promise',
  passReqToCallback: false,
  limits: {
    account: { quarterHour: 5, day: 20, networkQuarterHour: 2, networkDay: 5 },
    network: { quarterHour: 20, siteQuarterHour: 200 },
    resend: 30,
  },
  dangerouslyNoLimits: false,
  notices: { newBrowser: true, usedElsewhere: true, wrongCodes: true, addressChanged: true },
  mail: {
    code: false,
    render: renderMessage,
    renderNotice,
    timeoutMs: 30_000,
    retryDelayMs: 1000,
    queueSize: 1000,
    concurrency: 5,
  },
  theme: { accent: '#1f5fd6', accentDark: '#6ea0ff' },
  languages: { en, de },
  language: () => undefined,
  views: {},
  clock: Date.now,
} as const satisfies Defaults;

type Defaults = { readonly [Name in keyof MagicLinkOptions]?: Partial<MagicLinkOptions[Name]> };

/** These options are objects whose properties have defaults of their own. */
const GROUPS = ['limits', 'account', 'network', 'notices', 'mail', 'theme'] as const;

/** The options as given, and the default of whatever is absent. What is given is checked later, whatever it is. */
export type CompleteOptions = Complete<MagicLinkOptions, typeof DEFAULTS>;

type Complete<Options, Defaults> = Options & {
  readonly [Name in keyof Defaults & keyof Options]-?: Name extends (typeof GROUPS)[number]
    ? Complete<NonNullable<Options[Name]>, Defaults[Name]>
    : NonNullable<Options[Name]>;
};

export const withDefaults = (options: MagicLinkOptions): CompleteOptions =>
  completed(options, DEFAULTS) as CompleteOptions;

function completed(given: unknown, defaults: object): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  const complete: Record<string, unknown> = { ...given };
  for (const [name, value] of Object.entries(defaults)) {
    const own = complete[name];
    // A group is always copied, so that no two strategies share one.
    if (GROUPS.some((group) => group === name)) complete[name] = completed(own === undefined ? {} : own, value);
    else if (own === undefined) complete[name] = value;
  }
  return complete;
}
