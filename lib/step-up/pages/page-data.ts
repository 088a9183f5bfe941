/** The data of each page of the step-up, for our views and the app's own. */
import type { Refusal } from '../../errors.js';
import type { ViewsOf } from '../../web/page-set.js';

/** A factor that can be used or added here. */
export interface FactorChoice {
  readonly name: string;
  readonly label: string;
  /** Whether it is used by a challenge, as a passkey is. If not, a code is typed. */
  readonly challenged: boolean;
}

/** A factor that the person has. Times are epoch seconds. */
export interface FactorEntry {
  readonly id: string;
  readonly label: string;
  readonly enrolledAt: number;
  /** When it will count, if it waits. */
  readonly activeAt?: number;
}

/** `base` is where the router is mounted. */
export interface StepUpPageData {
  /** Asks for one of the enrolled factors: a code is POSTed to `base/name` as `code`. */
  confirm: {
    base: string;
    /** The person's factors that will be enough. */
    choices: readonly FactorChoice[];
    /** Whether the person has any factor. */
    isEnrolled: boolean;
    /** Whether the login is held. Until it is confirmed, factors can be used but not managed. */
    isHeld: boolean;
    waiting: readonly FactorEntry[];
    hasRecoveryCodes: boolean;
    refusal: Refusal | undefined;
  };
  /** Shows the person's factors, to add and remove. */
  factors: {
    base: string;
    entries: readonly FactorEntry[];
    waiting: readonly FactorEntry[];
    choices: readonly FactorChoice[];
    recoveryCodes: number;
    /** When all factors end, because a lost device was reported; epoch seconds. */
    expiresAt: number | undefined;
    canReportLoss: boolean;
  };
  /** Shows how to set the new factor up; POSTs `code` to `base/name/confirm`. */
  enrol: {
    base: string;
    choice: FactorChoice;
    clientOptions: unknown;
    /** An SVG. */
    qrCode: string | undefined;
    refusal: Refusal | undefined;
  };
  /** Says that the factor is added, or shows new recovery codes, this once. */
  enrolled: {
    label: string | undefined;
    activeAt: number | undefined;
    recoveryCodes: readonly string[] | undefined;
    continueTo: string;
  };
  /** Tells a person whose login is held, and who has no factor to confirm it, what to do. */
  withoutFactor: { loginPath: string };
  /** Says why the request was refused, with a way back. */
  refused: { base: string; refusal: Refusal };
  /** Says that something that the step-up needs is down. */
  unavailable: { base: string };
}

export type StepUpPageName = keyof StepUpPageData;

export type StepUpView<P extends StepUpPageName> = NonNullable<StepUpViews[P]>;

export type StepUpViews = ViewsOf<StepUpPageData>;
