/** Every text that a person reads, of pages and mail, as one catalogue a language. */
import type { RefusalCode } from '../errors.js';
import type { BrowserFamily } from '../protocol/claims.js';

/**
 * One language. An app adds its own, or changes one of ours: `{ ...en, form: { ...en.form, title: 'Welcome' } }`.
 * All of it is plain text; it is escaped wherever it is put.
 */
export interface Texts {
  /** BCP 47, such as `en` or `pt-BR`. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';

  /** Why not; shown to people, and the `message` of a refusal. */
  readonly refusals: Readonly<Record<RefusalCode, string>>;
  /** In place of `rate_limited`, where it is known for how long. */
  readonly waitSeconds: (seconds: number) => string;
  readonly waitMinutes: (minutes: number) => string;

  readonly unknownBrowser: string;
  readonly browserOnSystem: (browser: string, system: string) => string;
  /** Of a link: where and when it was asked for. `time` has its date and time zone. */
  readonly askedFor: (browser: string, time: string) => string;
  /** Where and when something happened that the person is told of. */
  readonly happenedIn: (browser: string, time: string) => string;

  readonly newLink: string;
  readonly sendNewLink: string;
  readonly goOn: string;
  readonly tryAgain: string;

  readonly form: {
    readonly title: string;
    readonly intro: string;
    readonly email: string;
    readonly button: string;
    readonly invited: (address: string) => string;
  };
  readonly sent: {
    readonly title: string;
    /** `address` is what this browser typed; undefined where it is not known any more. */
    readonly intro: (address: string | undefined) => string;
    readonly where: string;
    readonly codeIntro: string;
    readonly code: string;
    readonly codeButton: string;
    readonly codeSwitchesUser: string;
    readonly again: string;
    /** With the seconds as digits: a script counts them down. */
    readonly againIn: (seconds: number) => string;
    readonly spam: string;
    readonly wrongAddress: string;
    readonly opened: string;
    readonly loggedIn: string;
  };
  readonly landing: { readonly title: string; readonly intro: string; readonly button: string };
  readonly confirm: {
    readonly title: string;
    readonly intro: string;
    readonly switchTitle: string;
    readonly switchIntro: string;
    readonly button: string;
  };
  readonly code: {
    readonly title: string;
    readonly intro: string;
    readonly only: (origin: string) => string;
    readonly secret: string;
  };
  readonly hop: { readonly title: string };
  readonly refused: { readonly title: string };
  readonly unavailable: { readonly title: string; readonly intro: string };
  readonly notMe: {
    readonly title: string;
    readonly intro: string;
    readonly button: string;
    readonly endLinks: string;
    readonly old: string;
  };
  readonly reported: {
    readonly title: string;
    readonly advice: readonly string[];
    readonly ended: (links: number) => string;
  };

  readonly mail: {
    /** `name` is the app's. Neither link nor code: it is shown on locked screens. */
    readonly subject: (name: string) => string;
    readonly intro: (name: string, minutes: number) => string;
    readonly button: string;
    readonly where: string;
    /** Where no code stands in for the link. */
    readonly whereOnly: string;
    readonly code: string;
    readonly notYou: string;
    readonly notMe: string;
  };
  readonly invitation: {
    readonly subject: (name: string) => string;
    readonly intro: (name: string, days: number) => string;
    readonly button: string;
    readonly how: string;
    readonly notYou: string;
  };
  /** Mails that tell the person what happened. None has a link. */
  readonly notices: {
    readonly newBrowser: NoticeTexts;
    readonly usedElsewhere: NoticeTexts;
    readonly wrongCodes: NoticeTexts;
    readonly addressChanged: NoticeTexts;
  };

  readonly stepUp: StepUpTexts;
}

export interface NoticeTexts {
  /** `name` is the app's. */
  readonly subject: (name: string) => string;
  /** What happened; where and when comes after it. */
  readonly what: (name: string) => string;
  readonly ifYou: string;
  readonly ifNot: (name: string) => string;
}

export function describeBrowser(texts: Texts, { browser, system }: BrowserFamily): string {
  const name = browser === undefined ? texts.unknownBrowser : isolated(texts, browser);
  return system === undefined ? name : texts.browserOnSystem(name, isolated(texts, system));
}

/** In UTC, which it says: whose time zone it is shown in is not known. */
export const describeTime = (texts: Texts, time: Date): string =>
  isolated(texts, `${formatOf(texts.language).format(time)} UTC`);

/** Made once a language: making one takes longer than all the rest of a mail. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(language: string): Intl.DateTimeFormat {
  const format =
    formats.get(language) ??
    new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  formats.set(language, format);
  return format;
}

/** Latin words and numbers in a text that runs from right to left keep their own order (UAX 9, FSI and PDI). */
const isolated = ({ direction }: Texts, text: string): string => (direction === 'rtl' ? `\u2068${text}\u2069` : text);

/** The pages and mails of second factors. A `label` names a factor, and a `time` is a date and time with its time zone. */
export interface StepUpTexts {
  /** What our own factors are called, where a label stands alone. */
  readonly labels: { readonly passkey: string; readonly totp: string };

  /** Asks for a second factor. One of the first five says why, or what is missing. */
  readonly confirm: {
    readonly title: string;
    readonly intro: string;
    /** The login is held until a second factor is used. */
    readonly held: string;
    /** None of the person's factors is enough for what they want to do. */
    readonly notEnough: string;
    /** All of the person's factors are still waiting. */
    readonly noneActive: string;
    readonly none: string;
    readonly code: (label: string) => string;
    readonly button: string;
    readonly usePasskey: string;
    readonly recovery: string;
    readonly recoveryCode: string;
    readonly recoveryButton: string;
    readonly manage: string;
    readonly setUp: string;
  };
  /** Shows a person's factors, to add and to remove. */
  readonly factors: {
    readonly title: string;
    readonly intro: string;
    readonly none: string;
    readonly added: (time: string) => string;
    readonly remove: string;
    readonly add: (label: string) => string;
    readonly codesLeft: (count: number) => string;
    readonly newCodes: string;
    readonly lossTitle: string;
    readonly lossIntro: string;
    readonly reportLoss: string;
    readonly lossReported: (time: string) => string;
    readonly withdrawLoss: string;
  };
  /** A factor that was added and does not count yet. */
  readonly waiting: {
    readonly title: string;
    readonly activeFrom: (time: string) => string;
    readonly notYou: string;
    readonly cancel: string;
  };
  /** Sets up an authenticator app. */
  readonly enrol: {
    readonly scan: string;
    readonly key: string;
    readonly code: string;
    readonly button: string;
  };
  readonly enrolled: {
    readonly title: string;
    readonly active: (label: string) => string;
    readonly waiting: (label: string, time: string) => string;
    readonly codesTitle: string;
    readonly codesIntro: string;
    readonly continue: string;
  };
  /** Says what to do to somebody whose login is held and who has no factor to confirm it with. */
  readonly withoutFactor: { readonly title: string; readonly intro: string; readonly advice: readonly string[] };
  readonly unavailable: { readonly title: string; readonly intro: string };
  readonly back: string;
  readonly passkey: { readonly needsScript: string; readonly unsupported: string; readonly failed: string };

  /** Mails that tell the person what happened to their factors; when it happened comes after it. None has a link. */
  readonly notices: {
    readonly enrolled: FactorNoticeTexts;
    readonly waiting: FactorNoticeTexts;
    readonly cancelled: FactorNoticeTexts;
    readonly removed: FactorNoticeTexts;
    readonly recovery_code_used: FactorNoticeTexts;
    readonly recovery_codes_renewed: FactorNoticeTexts;
    readonly locked: FactorNoticeTexts;
    readonly lost: FactorNoticeTexts;
    readonly loss_withdrawn: FactorNoticeTexts;
  };
  /** The last paragraph of each of these mails. */
  readonly ifNotYou: string;
}

export interface FactorNoticeTexts {
  /** `name` is the app's. */
  readonly subject: (name: string) => string;
  /** What happened. `at` is when it takes effect: of `waiting` and `lost`. */
  readonly what: (label: string, at: string) => string;
}
