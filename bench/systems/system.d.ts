/** What a file of this folder exports as `system`, and what it is given. */
import type { RequestListener } from 'node:http';
import type { Redis } from 'ioredis';
import type { LinkStore } from '../../lib/index.js';

export interface System {
  readonly name: string;
  /** One line for the page: what it is, and how it is set up. */
  readonly description: string;
  /** What an app of this kind installs for the login itself, beside Express and its session; none for the floors. */
  readonly packages?: readonly string[];
  /** The module whose import is measured. */
  readonly module?: string;
  /** It is this package, so that another checkout of it can be measured beside it. */
  readonly ours?: boolean;
  /** What is there before somebody asks, such as the user and the form; it is not measured. */
  prepare?(browser: Browser, address: string): Promise<void>;
  /** Asks for a link. */
  ask(browser: Browser, address: string): Promise<Answer>;
  /** Opens the link, as a click in a mail does. */
  click(browser: Browser, link: string): Promise<Answer>;
  /** Answers with the address of who is logged in, somewhere in its text. */
  readonly whoami: string;
  start(context: Context): Promise<Started>;
}

/** The part of a system's process that is the same for all. */
export interface Context {
  /** Where this process can be reached, such as `http://127.0.0.1:3000`. */
  readonly origin: string;
  /** The root of the checkout of this package to load. */
  readonly checkout: URL;
  /** Known addresses alone get mail; see `isKnown`. */
  readonly closedSignup: boolean;
  /** A new client, connected. */
  connectRedis(): Promise<Redis>;
  /** The mail is in the mailbox. The link is looked for only when the driver opens the mailbox. */
  deliver(address: string, link: () => string): void;
}

export interface Started {
  readonly listener: RequestListener;
  /** Where the links lie, to put many of them there; used where that is memory. */
  readonly store?: LinkStore;
  /** From now on so many events a second happen that no login brings about, and the audit log has them; 0: none. */
  storm?(perSecond: number): Promise<void>;
  /** Empties what it keeps in memory, as Redis is emptied between rounds. */
  forget?(): void;
}

/** A browser as far as HTTP shows one. */
export interface Browser {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  head(path: string, headers?: Record<string, string>): Promise<Answer>;
  postForm(path: string, fields: Record<string, string>): Promise<Answer>;
  postJson(path: string, body: unknown): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
}
