/** Parses one plain email address into one spelling. Anything that a mailer could read as two is refused. */
import { domainToASCII } from 'node:url';

export interface Address {
  /** The whole address in lower-case ASCII. It logs in, and the mail goes to it. */
  readonly address: string;
  /** The same without its `+tag`. Limits and revocations apply to the mailbox. */
  readonly mailbox: string;
}

/** RFC 5321 4.5.3.1: 64 octets before the @, 255 after, 254 in all (erratum 1690); a label 63. */
const MAX_LOCAL = 64;
const MAX_TOTAL = 254;
/** Longer input is refused unread. IDNA can shorten a domain, so this is a little more than an address may have. */
const MAX_INPUT = 320;

/** RFC 5322 dot-atom without `!` and `%`, which old mailers read as routes. */
const LOCAL = /^[a-z0-9#$&'*+/=?^_`{|}~-]+(?:\.[a-z0-9#$&'*+/=?^_`{|}~-]+)*$/;
/** At least two labels, and a last one that is not a number: neither `localhost` nor an IP address. */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/**
 * `domainToASCII` unescapes `%`, cuts at `/` and drops invisible characters. So only letters, digits, dots and hyphens
 * of ASCII may reach it, and no control, format or space character.
 */
const STRAY = /[^a-zA-Z0-9.\u{80}-\u{10ffff}-]|[\p{C}\p{Z}]/u;

/**
 * Reads an address as people type it in a form. Refused are quoted local parts, comments, groups, lists, IP literals,
 * hosts without a dot, spaces, and a local part beyond ASCII (CVE-2022-35924, GHSA-5jpx-9hw9-2fx4, CVE-2026-73420).
 * Domains are converted to their IDNA form. Undefined for anything that is refused. Never throws.
 */
export function parseAddress(input: unknown): Address | undefined {
  if (typeof input !== 'string' || input.length > MAX_INPUT) return undefined;
  const [local = '', domain = '', ...rest] = input.split('@');
  if (rest.length > 0 || local.length > MAX_LOCAL || STRAY.test(domain)) return undefined;
  const host = domainToASCII(domain);
  const name = asciiLowerCase(local);
  const address = `${name}@${host}`;
  if (!LOCAL.test(name) || !DOMAIN.test(host) || address.length > MAX_TOTAL) return undefined;
  return { address, mailbox: mailboxOf(address) };
}

/** A parsed address without its `+tag`. */
export const mailboxOf = (address: string): string => address.replace(/^(.[^+@]*)\+[^@]*@/, '$1@');

/** `toLowerCase` alone would change the Kelvin sign into `k`, and so make one mailbox of two. */
const asciiLowerCase = (text: string) => text.replace(/[A-Z]+/g, (upper) => upper.toLowerCase());
