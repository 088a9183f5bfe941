/** The network that a request counts for. */
import { expect, test } from 'vitest';
import { networksOf } from '../../lib/limits/networks.js';

test.each([
  ['192.0.2.7', '192.0.2.7', undefined],
  ['::ffff:192.0.2.7', '192.0.2.7', undefined],
  ['::FFFF:192.0.2.7', '192.0.2.7', undefined],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:DB8:0001:0002::1', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['2001:db8::1', '2001:db8:0:0::/64', '2001:db8:0::/48'],
  ['2001:db8:1:2:0:0:192.0.2.7', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'fe80:0:0::/48'],
  ['::1', '0:0:0:0::/64', '0:0:0::/48'],
  ['::', '0:0:0:0::/64', '0:0:0::/48'],
  ['1::', '1:0:0:0::/64', '1:0:0::/48'],
])('RD-04: %s is of %s', (ip, network, site) => {
  expect(networksOf(ip)).toEqual({ network, site });
});

test.each([undefined, '', 'unknown', '192.0.2', '192.0.2.7, 198.51.100.1', 'x'.repeat(1000)])(
  'RD-04: %j is no address, and all such are one network',
  (ip) => {
    expect(networksOf(ip)).toEqual({ network: 'unknown', site: undefined });
  },
);
