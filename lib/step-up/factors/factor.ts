/** What a factor is: one kind of proof, as small an interface as an app needs to add its own. */

/** What can be kept in a user's document, and told to a client. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Who is logged in. */
export interface Person {
  /** Never changes, and is nobody else's: what the factors are kept under. */
  readonly id: string;
  /** Shown by authenticator apps and passkey dialogs, such as the email address. */
  readonly name: string;
  /** Where notices of changed factors are mailed; default: nowhere. */
  readonly address?: string;
  /**
   * The `recordId` of the link whose login made the account. In that session, and in no other, the first
   * factor counts at once.
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

/** What was begun: `kept` on the server until it is finished, `told` to the client. */
export interface Begun {
  readonly serverState: Json;
  readonly clientOptions: Json;
}

/** A proof that held. */
export interface Proof {
  /** The credential from now on: a counter that has moved, a step that is used up. */
  readonly credential: Json;
  /** RFC 8176, and only what happened. */
  readonly amr: readonly string[];
}

/**
 * What comes from the client is `unknown`: it is the factor's to check its type. Whatever is not right is
 * undefined, never an error. A `credential` is what `finishEnrolment` or the last proof has returned; it is
 * kept sealed, and handed back as it was.
 */
export interface Factor {
  /** Of lower-case letters, digits and `-`; its routes are called so, and `factors` of the guard. */
  readonly name: string;
  /** For the person. */
  readonly label: string;
  /** 3 only for a factor that itself verifies the person, by two factors of its own (NIST SP 800-63B-4 3.1.7). */
  readonly level: 2 | 3;
  /** Whether a user may have several. */
  readonly multiple: boolean;
  /** Whether a proof could be guessed: wrong tries then count, and too many lock. */
  readonly guessable: boolean;

  beginEnrolment(situation: Situation, credentials: readonly Json[]): Begun | Promise<Begun>;
  /** The new credential. */
  finishEnrolment(
    situation: Situation,
    serverState: Json,
    response: unknown,
  ): Json | undefined | Promise<Json | undefined>;
  /**
   * A challenge for each proof, and each is used once. A factor that has it is sent the whole body as the
   * response; one without it, the body's `code`.
   */
  challenge?(situation: Situation, credentials: readonly Json[]): Begun | Promise<Begun>;
  /** May be called again with a credential that has changed meanwhile. */
  verify(
    situation: Situation,
    credential: Json,
    serverState: Json,
    response: unknown,
  ): Proof | undefined | Promise<Proof | undefined>;
  /** An SVG of what was told, for the page that enrols. */
  qrCode?(clientOptions: Json): string;
}
