/** IN: of the addresses that people and attackers type, each names exactly one mailbox, or is refused. */
import { describe, expect, test } from 'vitest';
import { JSON_HEADERS, type RequestOptions } from '../support/browser.js';
import { seenBySmtp, startSite, useSite, whoIs } from '../support/site.js';

const site = useSite();

const post = (options: RequestOptions, path = '/login') =>
  site.browser().send(path, { ...options, method: 'POST', headers: { ...JSON_HEADERS, ...options.headers } });

const LOCAL64 = 'l'.repeat(64);
const LABEL63 = 'd'.repeat(63);

/** Nothing but what is typed reaches anybody: each of these may name two people, or somebody else. */
const DANGEROUS: [string, string[]][] = [
  [
    'IN-04: controls',
    [
      ...['\r\n', '\n', '\r', '\0', '\t', '\v', '\x1b', '\x7f', '\x85', '\u2028', '\u2029'].flatMap((control) => [
        `a@victim.test${control}Bcc: e@evil.test`,
        `a${control}@victim.test`,
        `${control}a@victim.test`,
        `a@victim.test${control}`,
      ]),
      ...['\u202e', '\u202a', '\u2066', '\u200e', '\u200b', '\u200d', '\ufeff', '\u00ad'].flatMap((hidden) => [
        `a${hidden}@victim.test`,
        `a@vic${hidden}tim.test`,
      ]),
    ],
  ],
  [
    'IN-05: lists, groups, names, comments, routes',
    [
      'a@victim.test,e@evil.test',
      'a@victim.test, e@evil.test',
      'a@victim.test;e@evil.test',
      'a@victim.test e@evil.test',
      'group:a@victim.test,e@evil.test;',
      'undisclosed:;',
      'A <a@victim.test>',
      '<a@victim.test>',
      '<e@evil.test>a@victim.test',
      '<e@evil.test>x@victim.test',
      'a@victim.test<e@evil.test>',
      '"e@evil.test"@victim.test',
      '"e@evil.test" <a@victim.test>',
      '"e@evil.test x"@victim.test',
      '"a"@victim.test',
      '"a\\"@victim.test"@evil.test',
      'a(comment)@victim.test',
      'a@victim.test(e@evil.test)',
      '(e@evil.test)a@victim.test',
      '@evil.test:a@victim.test',
      '<@evil.test:a@victim.test>',
      'mailto:a@victim.test',
      'a\\@victim.test',
      ' a@victim.test',
      'a@victim.test ',
      'a @victim.test',
      'a..b@victim.test',
      '.a@victim.test',
      'a.@victim.test',
      '@victim.test',
      'a@',
      'a',
      '',
    ],
  ],
  [
    'IN-06: more than one @, or one that looks like it',
    [
      'a@e@victim.test',
      'e@evil.test@victim.test',
      'a\uff20victim.test',
      'a\ufe6bvictim.test',
      'e@evil.test\uff20victim.test',
      'e\ufe6bevil.test@victim.test',
      'a@victim.test\uff0ce@evil.test',
      'a@victim.test\uff1be@evil.test',
    ],
  ],
  [
    'IN-08: a local part beyond ASCII',
    ['\u00e4da@victim.test', 'ad\u0430@victim.test', '\u212aay@victim.test', '\u017fam@victim.test'],
  ],
  [
    'IN-09: lengths',
    [
      `l${LOCAL64}@victim.test`,
      `a@d${LABEL63}.test`,
      `${LOCAL64}@${`${LABEL63}.`.repeat(3)}test`,
      `a@${'d.'.repeat(127)}test`,
      `${'a'.repeat(10_000)}@victim.test`,
      `a@${'a'.repeat(50_000)}.test`,
    ],
  ],
  [
    'IN-10: nests that make parsers slow',
    [
      '('.repeat(30_000),
      `${'('.repeat(10_000)}a${')'.repeat(10_000)}@victim.test`,
      '"'.repeat(30_000),
      'a:'.repeat(15_000),
      '<'.repeat(30_000),
      `${'a.'.repeat(20_000)}@victim.test`,
      `a@${'a-'.repeat(20_000)}.test`,
      `${'@'.repeat(30_000)}`,
    ],
  ],
  [
    'IN-23: special hosts and old routes',
    [
      'a@localhost',
      'a@victim',
      'a@[127.0.0.1]',
      'a@[IPv6:::1]',
      'a@127.0.0.1',
      'a@2130706433',
      'a@0x7f.1',
      'a@victim.test.',
      'a%evil.test@victim.test',
      'evil.test!a@victim.test',
      'a@-victim.test',
      'a@victim-.test',
      'a@victim..test',
      'a@.victim.test',
      'a@victim.test/evil.test',
      'a@victim.test%2eevil.test',
      'a@victim.test:25',
      'a@vic_tim.test',
      'a@xn--.test',
      'a@victim.test#evil.test',
      'a@victim.test?evil.test',
    ],
  ],
];

describe.each(DANGEROUS)('%s', (name, addresses) => {
  test.each(addresses.map((email) => [JSON.stringify(email).slice(0, 60), email]))(
    `${name.slice(0, 5)}: %s`,
    async (_shown, email) => {
      for (const answer of [await post({ form: { email } }), await post({ json: { email } })]) {
        expect(answer.status).toBe(400);
        expect(answer.json()).toEqual({ error: 'invalid_address' });
        expect(answer.setCookies).toEqual([]);
      }
    },
  );
});

/** Typed, and the one mailbox that it may reach. */
const CANONICAL: [string, string][] = [
  ['Ada@Victim.TEST', 'ada@victim.test'],
  ['IN-11+Tag@victim.test', 'in-11+tag@victim.test'],
  ['in.11@victim.test', 'in.11@victim.test'],
  ["o'neill@victim.test", "o'neill@victim.test"],
  ['idn@b\u00fccher.test', 'idn@xn--bcher-kva.test'],
  ['idn2@bu\u0308cher.test', 'idn2@xn--bcher-kva.test'],
  ['idn3@XN--BCHER-KVA.test', 'idn3@xn--bcher-kva.test'],
  ['kelvin@\u212aelvin.test', 'kelvin@kelvin.test'],
  ['wide@\uff56ictim.test', 'wide@victim.test'],
  [`${LOCAL64}@victim.test`, `${LOCAL64}@victim.test`],
];

test.each(CANONICAL)(
  'IN-07, IN-11, IN-13: %s is one account, one mailbox and one login: %s',
  async (typed, canonical) => {
    const asker = site.browser();
    await asker.postJson('/login', { email: typed });
    const mail = await site.mailTo(seenBySmtp(canonical));
    expect(mail.to).toEqual([seenBySmtp(canonical)]);
    expect(mail.raw).toMatch(new RegExp(`^To:\\s+${canonical.replaceAll(/[.+]/g, '\\$&')}\r?$`, 'm'));
    await asker.get(mail.email.text?.match(/\/login\/callback\?token=\S+/)?.[0] ?? '');
    expect(await whoIs(asker)).toBe(canonical);
  },
);

test('IN-24: an allow-list is requested the canonical address', async () => {
  const closed = await startSite({ env: { CLOSED_SIGNUP: 'ada@victim.test,idn@xn--bcher-kva.test' } });
  const typed = [
    'ADA@VICTIM.TEST',
    'idn@B\u00dcCHER.test',
    'ada@evilvictim.test',
    'ada@victim.test.evil.test',
    'ada+x@victim.test',
  ];
  for (const email of typed) expect((await closed.browser().post('/login', { email })).status).toBe(303);
  expect(await closed.recipients()).toEqual(['ada@victim.test', seenBySmtp('idn@xn--bcher-kva.test')]);
});

// Last: by now each of the above had its chance to reach somebody.
test('IN-04 to IN-13, IN-23: nobody else ever got a mail', async () => {
  expect(await site.recipients()).toEqual(CANONICAL.map(([, canonical]) => seenBySmtp(canonical)).sort());
});
