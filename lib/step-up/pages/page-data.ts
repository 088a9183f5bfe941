/** What each page of step-up shows; an app's own view gets the same. */
import type { Refusal } from '../../errors.js';
import type { ViewsOf } from '../../web/page-set.js';

/** A factor that can be used or added here. */
export interface FactorChoice {
  readonly name: string;
  readonly label: string;
  /** It is used by a challenge, as a passkey is. If not, a code is typed. */
  readonly challenged: boolean;
}

/** A factor that the person has. Times are epoch seconds. */
export interface FactorEntry {
  readonly id: string;
  readonly label: string;
  readonly enrolledAt: number;
  /** Of one that waits: when it will count. */
  readonly activeAt?: number;
}

/** `base` is where the router is mounted. */
export interface StepUpPageData {
  /** Asks for one of the enrolled factors: a code is POSTed to `base/name` as `code`. */
  confirm: {
    base: string;
    /** The factors that will be enough; none if the person has none of these. */
    choices: readonly FactorChoice[];
    /** Whether the person has any at all. */
    isEnrolled: boolean;
    /** The login is held: until it is confirmed, factors can be used and not managed. */
    isHeld: boolean;
    waiting: readonly FactorEntry[];
    hasRecoveryCodes: boolean;
    refusal: Refusal | undefined;
  };
  /** Shows what there is, to add to and to take from. */
  factors: {
    base: string;
    entries: readonly FactorEntry[];
    waiting: readonly FactorEntry[];
    choices: readonly FactorChoice[];
    recoveryCodes: number;
    /** A lost device was reported: when all factors end; epoch seconds. */
    expiresAt: number | undefined;
    canReportLoss: boolean;
  };
  /** What the new factor needs to be set up; POSTs `code` to `base/name/confirm`. */
  enrol: {
    base: string;
    choice: FactorChoice;
    clientOptions: unknown;
    /** An SVG. */
    qrCode: string | undefined;
    refusal: Refusal | undefined;
  };
  /** The factor is added, or the codes are new. The codes are shown this once. */
  enrolled: {
    label: string | undefined;
    activeAt: number | undefined;
    recoveryCodes: readonly string[] | undefined;
    continueTo: string;
  };
  /** Says what to do to somebody whose login is held and who has no factor to confirm it with. */
  withoutFactor: { loginPath: string };
  /** Why not, and a way back. */
  refused: { base: string; refusal: Refusal };
  /** Something that the step-up needs is down. */
  unavailable: { base: string };
}

export type StepUpPageName = keyof StepUpPageData;

export type StepUpView<P extends StepUpPageName> = NonNullable<StepUpViews[P]>;

export type StepUpViews = ViewsOf<StepUpPageData>;
