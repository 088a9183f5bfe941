/** What a factor is: one kind of proof, as small an interface as an app needs to add its own. */
import type { Texts } from '../../texts/texts.js';

/** A value that can be kept in a user's document and sent to a client. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Who is logged in. */
export interface Person {
  /** Never changes, and belongs to one user only: factors are kept under it. */
  readonly id: string;
  /** Shown by authenticator apps and passkey dialogs, such as the email address. */
  readonly name: string;
  /** Notices of changed factors are mailed there. Default: nowhere. */
  readonly address?: string;
  /**
   * The `recordId` of the link whose login made the account. In that session, and in no other, the first factor counts at
   * once.
   */
  readonly signupRecordId?: string;
}

/** All that a factor may look at. */
export interface Situation {
  readonly person: Person;
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The beginning of an enrolment or of a proof. */
export interface Begun {
  /** Kept on the server until it is finished. */
  readonly serverState: Json;
  /** Sent to the client. */
  readonly clientOptions: Json;
}

/** A proof that was accepted. */
export interface Proof {
  /** The credential from now on, with a counter that has moved or a step that is used up. */
  readonly credential: Json;
  /** RFC 8176, and only what happened. */
  readonly amr: readonly string[];
}

/**
 * What comes from the client is `unknown`: the factor checks its type, and answers undefined to whatever is not right. It
 * throws nothing. A `credential` is what `finishEnrolment` or the last proof has returned. It is kept sealed, and handed
 * back as it was.
 */
export interface Factor {
  /** Lower-case letters, digits and `-`. Names its routes, and is what the guard's `factors` lists. */
  readonly name: string;
  /** For the person: one text, or one for each language, such as `({ language }) => labels[language]`. */
  readonly label: string | ((texts: Texts) => string);
  /** 3 only for a factor that itself verifies the person, by two factors of its own (NIST SP 800-63B-4 3.1.7). */
  readonly level: 2 | 3;
  /** Whether a user may have several. */
  readonly multiple: boolean;
  /** Whether a proof could be guessed. Wrong tries are then counted, and too many lock. */
  readonly guessable: boolean;

  beginEnrolment(situation: Situation, credentials: readonly Json[]): Begun | Promise<Begun>;
  /** Returns the new credential. */
  finishEnrolment(
    situation: Situation,
    serverState: Json,
    response: unknown,
  ): Json | undefined | Promise<Json | undefined>;
  /**
   * Begins a proof; each challenge is used once. A factor that has it is given the whole body as the response. One without
   * it is given the body's `code`.
   */
  challenge?(situation: Situation, credentials: readonly Json[]): Begun | Promise<Begun>;
  /** May be called again with a credential that has changed in the meantime. */
  verify(
    situation: Situation,
    credential: Json,
    serverState: Json,
    response: unknown,
  ): Proof | undefined | Promise<Proof | undefined>;
  /** An SVG of `clientOptions`, for the page that enrols. */
  qrCode?(clientOptions: Json): string;
}

/** What a factor is called in this language. */
export const labelOf = ({ label }: Pick<Factor, 'label'>, texts: Texts): string =>
  typeof label === 'function' ? label(texts) : label;
