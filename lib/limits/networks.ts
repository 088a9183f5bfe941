/** The network that a request comes from. Limits count networks, because one person may have 2^64 IPv6 addresses. */
import { isIPv4, isIPv6 } from 'node:net';

export interface Networks {
  /** The IPv4 address, or the IPv6 /64: one household or server. */
  readonly network: string;
  /** The IPv6 /48: one customer of a provider may have all of it. */
  readonly site: string | undefined;
}

/** @param ip `req.ip`; all values that are not an address count as one network */
export function networksOf(ip: string | undefined): Networks {
  const address = (ip ?? '').replace(/%.*$/, '');
  const v4 = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(v4)) return { network: v4, site: undefined };
  if (!isIPv6(address)) return { network: 'unknown', site: undefined };
  const groups = expand(address);
  return { network: `${groups.slice(0, 4).join(':')}::/64`, site: `${groups.slice(0, 3).join(':')}::/48` };
}

/** The groups of an IPv6 address, with `::` expanded. URL gives every address one spelling (RFC 5952). */
function expand(address: string): string[] {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const [before, after] = [groups(head), groups(tail)];
  return [...before, ...Array<string>(8 - before.length - after.length).fill('0'), ...after];
}
