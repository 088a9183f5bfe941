/** What `parseAddress` takes for one plain address, and the many that a mailer would misread. */
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../lib/protocol/address.js';

const canonical = (input: unknown) => parseAddress(input)?.address;
const mailbox = (input: string) => parseAddress(input)?.mailbox;

test.each([
  ['ada@example.com', 'ada@example.com'],
  ['Ada.Lovelace@Example.COM', 'ada.lovelace@example.com'],
  ['a+tag@example.com', 'a+tag@example.com'],
  ["o'brien_#$&*/=?^`{|}~-@example.com", "o'brien_#$&*/=?^`{|}~-@example.com"],
  ['a@b.co', 'a@b.co'],
  ['1@2.example', '1@2.example'],
  ['a@mail.127.example', 'a@mail.127.example'],
  ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
  ['ada@straße.example', 'ada@xn--strae-oqa.example'],
  ['ada@XN--BCHER-KVA.example', 'ada@xn--bcher-kva.example'],
])('IN-07, IN-11: %s is %s', (input, address) => {
  expect(canonical(input)).toBe(address);
});

test.each([
  ['v@example.com', 'v@example.com'],
  ['V+x@Example.com', 'v@example.com'],
  ['v+x+y@example.com', 'v@example.com'],
  ['v.w@example.com', 'v.w@example.com'],
  ['+x@example.com', '+x@example.com'],
])('IN-11: the mailbox of %s is %s', (input, expected) => {
  expect(mailbox(input)).toBe(expected);
});

describe('IN-02: only a string is an address', () => {
  const one = 'ada@example.com';
  test.each<unknown>([
    undefined,
    null,
    0,
    true,
    [one],
    [[one]],
    { address: one },
    { toString: () => one },
    { type: 'Buffer', data: [...Buffer.from(one)] },
    Buffer.from(one),
    new String(one),
    Symbol('a'),
  ])('%o', (input) => {
    expect(parseAddress(input)).toBeUndefined();
  });
});

describe('IN-04: a line break or control character is refused wherever it stands', () => {
  const injections = ['\r\nBcc: x@evil.test', '\r', '\n', '\0', '\t', '\v', '\x7f', '\x85', '\u2028', '\u2029'];
  const unseen = [
    '\u00ad',
    '\u061c',
    '\u200b',
    '\u200d',
    '\u200e',
    '\u202e',
    '\u2060',
    '\u2066',
    '\ufeff',
    '\u{e0001}',
  ];
  test.each([...injections, ...unseen].map((text) => [JSON.stringify(text), text]))('%s', (_name, text) => {
    for (const at of [0, 1, 3, 4, 6, 15]) {
      const plain = 'ada@example.com';
      expect(parseAddress(plain.slice(0, at) + text + plain.slice(at))).toBeUndefined();
    }
  });
});

describe('IN-05: lists, groups, names, comments, routes and quotes are refused', () => {
  test.each([
    'a@x.test,b@evil.test',
    'a@x.test, b@evil.test',
    'a@x.test;b@evil.test',
    'a@x.test b@evil.test',
    ',a@x.test',
    'a@x.test,',
    'a,b@evil.test',
    'a;b@evil.test',
    'g:a@x.test;',
    'g: a@x.test, b@evil.test;',
    '<a@x.test>',
    'Ada <a@x.test>',
    '<evil@y.test>x@a.test',
    'a@x.test<b@evil.test>',
    'a(comment)@x.test',
    '(comment)a@x.test',
    'a@x.test(comment)',
    'a@(comment)x.test',
    '"a"@x.test',
    '"a b"@x.test',
    '"x@evil.test"@x.test',
    'a\\b@x.test',
    'a\\@b@x.test',
    '<@evil.test:a@x.test>',
    '@evil.test:a@x.test',
    'a:b@x.test',
    'mailto:a@x.test',
    'a b@x.test',
    ' a@x.test',
    'a@x.test ',
    'a@x.te st',
  ])('%s', (input) => {
    expect(parseAddress(input)).toBeUndefined();
  });
});

describe('IN-06: exactly one @, and nothing that becomes one', () => {
  test.each([
    '',
    '@',
    'a',
    'a@',
    '@x.test',
    'a@@x.test',
    'a@b@x.test',
    'a@x.test@y.test',
    'a@x.test@',
    'a＠x.test',
    'a﹫x.test',
    'a＠evil.test@x.test',
    'a@x.test＠y.test',
    'a﹫b@x.test',
  ])('%s', (input) => {
    expect(parseAddress(input)).toBeUndefined();
  });
});

describe('IN-23: no IP literal, no lone host, no route', () => {
  test.each([
    'a@[127.0.0.1]',
    'a@[IPv6:::1]',
    'a@127.0.0.1',
    'a@127.1',
    'a@0x7f.0.0.0x1',
    'a@2130706433',
    'a@１２７.0.0.1',
    'a@localhost',
    'a@com',
    'a@example.123',
    'a@x.test.',
    'a@.x.test',
    'a@x..test',
    'a@-x.test',
    'a@x-.test',
    'a@x_y.test',
    'a@x.test:25',
    'a@x.test/y',
    'a@x.test?y',
    'a@x.test#y',
    'a@x%2etest',
    'a@%65vil.test',
    'a@xn--zzzz.example',
    'a%evil.test@x.test',
    'evil.test!a@x.test',
  ])('%s', (input) => {
    expect(parseAddress(input)).toBeUndefined();
  });

  test.each(['.a@x.test', 'a.@x.test', 'a..b@x.test'])('a misplaced dot: %s', (input) => {
    expect(parseAddress(input)).toBeUndefined();
  });
});

describe('IN-08, IN-12: nothing beyond ASCII before the @', () => {
  test.each(['é@x.test', 'аda@x.test', 'İ@x.test', '\u212a@x.test', 'ſ@x.test', 'ａ@x.test', '用户@x.test'])(
    '%s',
    (input) => {
      expect(parseAddress(input)).toBeUndefined();
    },
  );
});

describe('IN-09: lengths', () => {
  const label = 'd'.repeat(63);
  const ofTotal = (length: number) => `${'l'.repeat(64)}@${label}.${label}.`.padEnd(length - 3, 'd').concat('.io');

  test.each([
    ['64 before the @', `${'l'.repeat(64)}@x.test`, true],
    ['65 before the @', `${'l'.repeat(65)}@x.test`, false],
    ['a label of 63', `a@${label}.test`, true],
    ['a label of 64', `a@${label}d.test`, false],
    ['254 in all', ofTotal(254), true],
    ['255 in all', ofTotal(255), false],
    ['100,000 in all', `a@${'x.'.repeat(50_000)}test`, false],
  ])('%s', (_name, input, accepted) => {
    expect(parseAddress(input) !== undefined).toBe(accepted);
  });

  test('no longer input is looked at, even if its domain would become a short one', () => {
    // Three characters that compose to one, and that to about one of the domain's ASCII form.
    const typed = (labels: number) => `a@${Array(labels).fill('\u1100\u1161\u11a8'.repeat(45)).join('.')}.test`;
    expect([typed(2).length < 320, typed(3).length > 320]).toEqual([true, true]);
    expect(canonical(typed(2))).toMatch(/^a@xn--[^.]+\.xn--[^.]+\.test$/);
    expect(parseAddress(typed(3))).toBeUndefined();
  });
});
