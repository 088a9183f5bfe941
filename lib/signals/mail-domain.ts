/** Notices that the mail of an address's domain goes elsewhere than at the last login: it may have a new owner. */
import { createHash } from 'node:crypto';
import type { MxRecord } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import { parseAddress } from '../protocol/address.js';
import type { Decision } from '../protocol/decision.js';
import { checkNames, isFunction, namesOf, need } from '../util/check.js';
import { checkDecision, type SignalContext, type SignalProvider } from './provider.js';

export interface MailDomainOptions {
  /** What `set` was given last for this very account; undefined or null: nothing yet. */
  get: (context: SignalContext) => unknown;
  /**
   * Keeps a text of 43 characters with the account, not with the domain: whoever takes a domain over
   * could make an account of their own at it, and so vouch for the others.
   */
  set: (context: SignalContext, seen: string) => unknown;
  /** Default `stepUp`. */
  decision?: Decision;
  /**
   * Where the domain cannot be looked up, or `get` fails. Whoever has taken the domain over can make its
   * name servers silent, so `allow` lets them in.
   */
  onError: Decision;
  /** Milliseconds, 1 to 4,000. Default: as all providers. */
  timeoutMs?: number;
  /** Default: the system's name servers. */
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
 * Raised where the hosts that take the domain's mail are others than at the last login that was safe. The
 * first time there is nothing to compare with: allow. A new owner at the same mail provider is not seen.
 * @throws TypeError for a wrong, unknown or missing option
 */
export function mailDomainChanged(options: MailDomainOptions): SignalProvider {
  checkNames('mailDomainChanged', options, NAMES);
  const { get, set, decision = 'stepUp', onError, timeoutMs } = options;
  const { resolver = new Resolver({ timeout: 1000, tries: 2 }) } = options;
  need(isFunction(get), 'mailDomainChanged.get must be a function of a login that returns what set was given');
  need(isFunction(set), 'mailDomainChanged.set must be a function of a login and a text that keeps it');
  need(isFunction(Object(resolver).resolveMx), 'mailDomainChanged.resolver must have resolveMx, as new Resolver() has');
  checkDecision('mailDomainChanged.decision', decision);

  /** What was seen as the login was judged is what is kept of it, whatever DNS says later. */
  const seen = new WeakMap<SignalContext, string>();
  const look = async (context: SignalContext): Promise<string> => {
    const digest = seen.get(context) ?? digestOf(await hostsOf(context.address, resolver));
    seen.set(context, digest);
    return digest;
  };
  const differs = async (context: SignalContext): Promise<{ digest: string; kept: string | undefined }> => {
    const [digest, kept] = await Promise.all([look(context), get(context)]);
    need(kept === undefined || kept === null || typeof kept === 'string', 'get must return what set was given');
    return { digest, kept: kept ?? undefined };
  };

  return {
    ...{ name: 'mail_domain_changed', onError, timeoutMs },
    async assess(context) {
      const { digest, kept } = await differs(context);
      return kept === undefined || kept === digest ? 'allow' : decision;
    },
    async remember(context) {
      const { digest, kept } = await differs(context);
      if (kept !== digest) await set(context, digest);
    },
  };
}

/** Where the mail of this address goes. A domain that names no host takes its mail itself (RFC 5321 5.1). */
async function hostsOf(address: string, resolver: MailResolver): Promise<string[]> {
  const domain = parseAddress(address)?.address.split('@')[1];
  need(domain !== undefined, 'address must be one plain email address');
  const records = await resolver.resolveMx(domain).catch((error: unknown): MxRecord[] => {
    if (NO_MX.includes(Object(error).code)) return [];
    throw error;
  });
  // A host without a name is the null MX, "no mail here" (RFC 7505), and differs from any other.
  const hosts = records.map(({ exchange }) => exchange.toLowerCase().replace(/\.$/, ''));
  return hosts.length === 0 ? [domain] : hosts;
}

/** Of one length, so that nothing that somebody writes into their DNS gets into the app's table. */
const digestOf = (hosts: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([...new Set(hosts)].sort()))
    .digest('base64url');
