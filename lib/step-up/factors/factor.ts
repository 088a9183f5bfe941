/** What a factor is: one kind of proof. An app can add its own. */
import type { Texts } from '../../texts/texts.js';

/** A value that can be kept in a user's document and sent to a client. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The person who is logged in. */
export interface Person {
  /** Never changes and belongs to one user only, because factors are kept under it. */
  readonly id: string;
  /** Shown by authenticator apps and passkey dialogs, such as the email address. */
  readonly name: string;
  /** Where notices of changed factors are mailed. Default: they are not mailed. */
  readonly address?: string;
  /**
   * The `recordId` of the link whose login made the account. Only in the session of that login does the first factor count
   * at once.
   */
  readonly signupRecordId?: string;
}

/** What a factor is given besides the response. */
export interface Situation {
  readonly person: Person;
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A begun enrolment or proof. */
export interface Begun {
  /** Kept on the server until the enrolment or proof is finished. */
  readonly serverState: Json;
  /**
   * Sent to the client. The built-in page of an enrolment shows a set-up key only for `{ secret, uri }`, and `qrCode()` of
   * it. With `challenge`, the built-in pages' script takes it as WebAuthn options. Other kinds need views of their own.
   */
  readonly clientOptions: Json;
}

/** A proof that was accepted. */
export interface Proof {
  /** The credential from now on, such as one with a higher counter or a later step. */
  readonly credential: Json;
  /** The methods that were used, by RFC 8176. */
  readonly amr: readonly string[];
}

/**
 * A response of the client is `unknown`: the factor checks its type, and returns undefined for a wrong one. It does not
 * throw. A `credential` is what `finishEnrolment` or the last proof returned. It is kept sealed and passed back unchanged.
 */
export interface Factor {
  /** Lower-case letters, digits and `-`. It names the factor in routes and in the guard's `factors`. */
  readonly name: string;
  /** What the person reads: one text, or one for each language, such as `({ language }) => labels[language]`. */
  readonly label: string | ((texts: Texts) => string);
  /** 3 only for a factor that verifies the person by two factors of its own (NIST SP 800-63B-4 3.1.7). */
  readonly level: 2 | 3;
  /** Whether a user may have several. */
  readonly multiple: boolean;
  /** Whether a proof can be guessed. If so, wrong tries are counted, and too many lock. */
  readonly guessable: boolean;

  beginEnrolment(situation: Situation, credentials: readonly Json[]): Begun | Promise<Begun>;
  /** Returns the new credential. */
  finishEnrolment(
    situation: Situation,
    serverState: Json,
    response: unknown,
  ): Json | undefined | Promise<Json | undefined>;
  /**
   * Begins a proof; each challenge is used once. A factor with this method gets the whole body as the response, one without
   * it gets the body's `code`. The built-in pages run WebAuthn for every factor with this method: they send a response of
   * `navigator.credentials`. Other kinds need views of their own.
   */
  challenge?(situation: Situation, credentials: readonly Json[]): Begun | Promise<Begun>;
  /** May be called again with a credential that has changed in the meantime. */
  verify(
    situation: Situation,
    credential: Json,
    serverState: Json,
    response: unknown,
  ): Proof | undefined | Promise<Proof | undefined>;
  /** An SVG of `clientOptions`, for the page of the enrolment. */
  qrCode?(clientOptions: Json): string;
}

/** The factor's label in the language of these texts. */
export const labelOf = ({ label }: Pick<Factor, 'label'>, texts: Texts): string =>
  typeof label === 'function' ? label(texts) : label;
