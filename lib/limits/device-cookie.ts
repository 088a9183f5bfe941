/** A signed cookie from which only the server can tell whether this browser has logged in to an account before. */
import { timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import { hmac, random } from '../protocol/crypto.js';
import type { Keyring, KeySet } from '../protocol/keys.js';

/*
 * The value is base64url of a random device id (16 bytes), followed by one mark for each account, the latest first. A
 * mark is the first 16 bytes of an HMAC over the id and the mailbox. The cookie contains no address, and is valid for
 * this browser only.
 */
const ID = 16;
const MARK = 16;
const MAX_ACCOUNTS = 4;
/** Seconds. */
const MAX_AGE = 180 * 24 * 60 * 60;

export class DeviceCookie {
  readonly #keyring: Keyring;
  readonly #name: string;
  readonly #secure: boolean;

  constructor({ keyring, origin, name }: { keyring: Keyring; origin: string; name: string }) {
    this.#keyring = keyring;
    this.#secure = origin.startsWith('https:');
    // With `__Host-`, no other host of the site can set the cookie.
    this.#name = `${this.#secure ? '__Host-' : ''}${name}-device`;
  }

  /** The device's id, if this browser has logged in to this mailbox before. */
  knownDevice(req: Request, mailbox: string): string | undefined {
    const cookie = this.#read(req);
    if (!cookie) return undefined;
    const { id, marks } = cookie;
    const known = this.#keyring.all.some((keys) =>
      marks.some((mark) => timingSafeEqual(mark, markOf(keys, id, mailbox))),
    );
    return known ? id.toString('base64url') : undefined;
  }

  /** Call it only at a login: requesting a link does not make a browser known. */
  remember(req: Request, res: Response, mailbox: string): void {
    const { id, marks } = this.#read(req) ?? { id: random(ID), marks: [] };
    const mark = markOf(this.#keyring.current, id, mailbox);
    const others = marks.filter((other) => !other.equals(mark)).slice(0, MAX_ACCOUNTS - 1);
    const value = Buffer.concat([id, mark, ...others]).toString('base64url');
    // Lax: a click in webmail carries no Strict cookie, and its login would be one in an unknown browser.
    res.append(
      'Set-Cookie',
      `${this.#name}=${value}; Max-Age=${MAX_AGE}; Path=/; HttpOnly; SameSite=Lax${this.#secure ? '; Secure' : ''}`,
    );
  }

  #read(req: Request): { id: Buffer; marks: Buffer[] } | undefined {
    const pairs = (req.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const value = pairs.find((pair) => pair.startsWith(`${this.#name}=`))?.slice(this.#name.length + 1) ?? '';
    const bytes = Buffer.from(value, 'base64url');
    const count = (bytes.length - ID) / MARK;
    if (!Number.isInteger(count) || count < 1 || count > MAX_ACCOUNTS) return undefined;
    const marks = Array.from({ length: count }, (_, i) => bytes.subarray(ID + i * MARK, ID + (i + 1) * MARK));
    return { id: bytes.subarray(0, ID), marks };
  }
}

const markOf = (keys: KeySet, id: Buffer, mailbox: string) => hmac(keys.device, id, mailbox).subarray(0, MARK);
