/** Raised where the mail of an address's domain goes to other hosts than before: the domain may have a new owner. */
import { createHash } from 'node:crypto';
import type { MxRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import type { Decision } from '../protocol/decision.js';
import { checkNames, isFunction, namesOf, need } from '../util/check.js';
import { checkDecision, type SignalContext, type SignalProvider } from './provider.js';

/** @typeParam User what `verify` returns */
export interface MailDomainOptions<User = unknown> {
  /** What `set` was given last for this account; undefined or null: nothing yet. */
  get: (login: SignalContext<User>) => unknown;
  /**
   * Keeps a text of 43 characters with the account. Do not keep it with the domain: the new owner of a domain could sign
   * up with an address of their own, and so make the new hosts the usual ones of every account there.
   */
  set: (login: SignalContext<User>, seen: string) => unknown;
  /** Default `stepUp`. */
  decision?: Decision;
  /**
   * The decision where the domain cannot be looked up, or `get` fails. The new owner of a domain can make its name
   * servers silent, so `allow` lets them in.
   */
  onError: Decision;
  /** Milliseconds, 1 to 2,000. Default: the `timeoutMs` of `signals`. */
  timeoutMs?: number;
  /** Default: the system's name servers, asked twice for a second each. */
  resolver?: MailResolver;
}

/** As of `node:dns/promises`. */
export interface MailResolver {
  resolveMx(domain: string): Promise<MxRecord[]>;
}

const NAMES = namesOf<MailDomainOptions>({
  get: true,
  set: true,
  decision: true,
  onError: true,
  timeoutMs: true,
  resolver: true,
});

/** c-ares' codes for "there is no such record" and "there is no such name". */
const NO_MX = ['ENODATA', 'ENOTFOUND'];

/**
 * Raises `mail_domain_changed` where the MX hosts of the address's domain differ from those of the last login that was
 * remembered. The first time there is nothing to compare, and the login is allowed. A new owner who uses the same mail
 * provider is not noticed.
 * @throws TypeError for a wrong, unknown or missing option
 */
export function mailDomainChanged<User = unknown>(options: MailDomainOptions<User>): SignalProvider<User> {
  checkNames('mailDomainChanged', options, NAMES);
  const { get, set, decision = 'stepUp', onError, timeoutMs } = options;
  const { resolver = new Resolver({ timeout: 1000, tries: 2 }) } = options;
  need(isFunction(get), 'mailDomainChanged.get must be a function of a login that returns what set was given');
  need(isFunction(set), 'mailDomainChanged.set must be a function of a login and a text that keeps it');
  need(isFunction(Object(resolver).resolveMx), 'mailDomainChanged.resolver must have resolveMx, as new Resolver() has');
  checkDecision('mailDomainChanged.decision', decision);

  // An allowed login is remembered by what it was judged by, whatever DNS says a moment later.
  const seen = new WeakMap<SignalContext<User>, string>();
  const look = async (login: SignalContext<User>): Promise<string> => {
    const digest = seen.get(login) ?? digestOf(await hostsOf(login.address, resolver));
    seen.set(login, digest);
    return digest;
  };
  const compare = async (login: SignalContext<User>): Promise<{ digest: string; kept: string | undefined }> => {
    const [digest, kept] = await Promise.all([look(login), get(login)]);
    need(kept === undefined || kept === null || typeof kept === 'string', 'get must return what set was given');
    return { digest, kept: kept ?? undefined };
  };

  return {
    name: 'mail_domain_changed',
    onError,
    timeoutMs,
    async assess(login) {
      const { digest, kept } = await compare(login);
      return kept === undefined || kept === digest ? 'allow' : decision;
    },
    async remember(login) {
      const { digest, kept } = await compare(login);
      if (kept !== digest) await set(login, digest);
    },
  };
}

/** The hosts that receive the mail of this address. A domain without MX receives it itself (RFC 5321 5.1). */
async function hostsOf(address: string, resolver: MailResolver): Promise<string[]> {
  const [, domain = ''] = address.split('@');
  const records = await resolver.resolveMx(domain).catch((error: unknown): MxRecord[] => {
    if (NO_MX.includes(Object(error).code)) return [];
    throw error;
  });
  // A host without a name is the null MX, "no mail here" (RFC 7505), which differs from every host.
  const hosts = records.map(({ exchange }) => exchange.toLowerCase().replace(/\.$/, ''));
  return hosts.length === 0 ? [domain] : hosts;
}

/** A digest, so that no text that the domain's owner writes into DNS gets into the app's table. */
const digestOf = (hosts: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([...new Set(hosts)].sort()))
    .digest('base64url');
