/** The shape of a language's catalogue: every text that people read on pages and in mail. */
import type { RefusalCode } from '../errors.js';

/**
 * The texts of one language. An app can add a language or change one of ours:
 * `{ ...en, form: { ...en.form, title: 'Welcome' } }`. Every text is plain text and is escaped where it is used.
 */
export interface Texts {
  /** A BCP 47 tag, such as `en` or `pt-BR`. It also decides how dates are written. */
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';

  /** Why a request was refused. Shown on pages, and the `message` of the refusal. */
  readonly refusals: Readonly<Record<RefusalCode, string>>;
  /** Replaces `refusals.rate_limited` where the waiting time is known. */
  readonly waitSeconds: (seconds: number) => string;
  readonly waitMinutes: (minutes: number) => string;

  readonly unknownBrowser: string;
  readonly browserOnSystem: (browser: string, system: string) => string;
  /** Where and when a link was requested. `time` is a date and time with its time zone. */
  readonly requestedIn: (browser: string, time: string) => string;
  /** Where and when the subject of a notice happened. */
  readonly happenedIn: (browser: string, time: string) => string;

  readonly newLink: string;
  readonly sendNewLink: string;
  readonly continue: string;
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
    /** `address` is the one entered in this browser; undefined if it is no longer known. */
    readonly intro: (address: string | undefined) => string;
    readonly where: string;
    readonly codeIntro: string;
    readonly code: string;
    readonly codeButton: string;
    readonly codeSwitchesUser: string;
    readonly resend: string;
    /** Writes the seconds as digits, because a script counts them down. */
    readonly resendIn: (seconds: number) => string;
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
    /** Reports and also cancels the links that are still active. */
    readonly endLinks: string;
    /** The token is too old or damaged. */
    readonly expired: string;
  };
  readonly reported: {
    readonly title: string;
    readonly advice: readonly string[];
    readonly ended: (links: number) => string;
  };

  readonly mail: {
    /** `name` is the app's name. A subject has neither link nor code, because locked screens show it. */
    readonly subject: (name: string) => string;
    readonly intro: (name: string, minutes: number) => string;
    readonly button: string;
    readonly where: string;
    /** Replaces `where` with `otherBrowser: 'deny'`, when no code is shown. */
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
  /** Emails that tell people what happened to their account. They contain no link. */
  readonly notices: {
    readonly newBrowser: NoticeTexts;
    readonly usedElsewhere: NoticeTexts;
    readonly wrongCodes: NoticeTexts;
    readonly addressChanged: NoticeTexts;
  };

  readonly stepUp: StepUpTexts;
}

export interface NoticeTexts {
  /** `name` is the app's name. */
  readonly subject: (name: string) => string;
  /** What happened. The place and time follow on a line of their own. */
  readonly what: (name: string) => string;
  readonly ifYou: string;
  readonly ifNot: (name: string) => string;
}

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
