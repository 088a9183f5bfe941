/** Which return targets stay on the origin, and which look as if they did. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseReturnTo, pathOf } from '../../lib/protocol/return-to.js';

const ORIGIN = 'https://app.example.com';
const LOCAL = 'http://localhost:3000';

test.each([
  ['/account', '/account'],
  ['/', '/'],
  ['account', '/account'],
  ['?a=1', '/?a=1'],
  ['#part', '/#part'],
  ['/a?next=//evil.test#x', '/a?next=//evil.test#x'],
  ['/@evil.test', '/@evil.test'],
  ['/%2F%2Fevil.test', '/%2F%2Fevil.test'],
  ['/a/../b', '/b'],
  ['/é', '/%C3%A9'],
  ['https://app.example.com/x', '/x'],
  ['HTTPS://APP.EXAMPLE.COM:443/x', '/x'],
  // A path on an https base, another site on an http one.
  ['https:evil.test', '/evil.test'],
])('%j is taken as %j of the origin', (target, path) => {
  const href = parseReturnTo(ORIGIN, target);
  expect(href).toBe(ORIGIN + path);
  expect(pathOf(href as string)).toBe(path);
});

test.each([undefined, ''])('%j is no target', (target) => {
  expect(parseReturnTo(ORIGIN, target)).toBeUndefined();
});

describe('RD-05: a target that leads elsewhere is refused (CVE-2024-56734)', () => {
  test.each([
    'https://evil.test',
    'http://app.example.com/',
    'https://app.example.com:444/',
    'https://app.example.com.evil.test/',
    'https://app.example.com@evil.test/',
    '//evil.test',
    '///evil.test',
    '////evil.test',
    '/.//evil.test',
    '/..//evil.test',
    '/x/..//evil.test',
    '/%2e//evil.test',
    './/evil.test/../..//evil.test',
    'https://app.example.com//evil.test',
    'https:////evil.test',
  ])('%j', (target) => {
    expect(parseReturnTo(ORIGIN, target)).toBeUndefined();
  });
});

describe('RD-06: another scheme, a backslash, white space or a user name is no way around', () => {
  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'javascript://app.example.com/%0aalert(1)',
    'data:text/html,x',
    'vbscript:x',
    'about:blank',
    'file:///etc/passwd',
    'ftp://app.example.com/',
    'wss://app.example.com/',
    'blob:https://app.example.com/x',
    'filesystem:https://app.example.com/x',
    '\\\\evil.test',
    '/\\evil.test',
    '\\/evil.test',
    '/\\/evil.test',
    'https:\\\\evil.test',
    '/\t/evil.test',
    '/\n/evil.test',
    '\t//evil.test',
    ' //evil.test',
    '/.\\/evil.test',
    'https://user@app.example.com/',
    'https://:pass@app.example.com/',
    'https://app.example.com\\@evil.test/../..//x',
    '//app.example.com@evil.test',
    'https://[',
    'https://%',
  ])('%j', (target) => {
    expect(parseReturnTo(ORIGIN, target)).toBeUndefined();
  });

  test('https:evil.test leads off an http origin', () => {
    expect(parseReturnTo(LOCAL, 'https:evil.test')).toBeUndefined();
  });
});

test.each([
  [2048, true],
  [2049, false],
])('a target of %i characters, its origin included: %s', (length, accepted) => {
  expect(parseReturnTo(ORIGIN, '/'.padEnd(length - ORIGIN.length, 'x')) !== undefined).toBe(accepted);
});

test('a target that encoding makes too long is refused', () => {
  expect(parseReturnTo(ORIGIN, `/${'é'.repeat(1000)}`)).toBeUndefined();
});

describe('of any string at all', () => {
  const unit = fc.constantFrom(...'/\\.:@?#% \t\r\n\0aZ0-'.split(''), '%2e', '%2f', 'é', '。', '\ud800', 'evil.test');
  const start = fc.constantFrom(
    '',
    '/',
    '//',
    '\\',
    'https:',
    'http:',
    'blob:',
    'javascript:',
    ORIGIN,
    LOCAL,
    `blob:${ORIGIN}`,
  );
  const dense = fc.tuple(start, fc.string({ unit, maxLength: 12 })).map((parts) => parts.join(''));
  const target = fc.oneof(dense, fc.webUrl({ withQueryParameters: true }), fc.string({ unit: 'binary' }));
  const holds = (property: (href: string, origin: string) => void) =>
    fc.assert(
      fc.property(target, fc.constantFrom(ORIGIN, LOCAL), (text, origin) => {
        const href = parseReturnTo(origin, text);
        if (href !== undefined) property(href, origin);
      }),
      { numRuns: 5000 },
    );

  test('RD-05, RD-06: a target lies at the origin, and its path is no other host', () => {
    holds((href, origin) => {
      const url = new URL(href);
      expect([url.origin, url.username, url.password]).toEqual([origin, '', '']);
      expect(url.pathname).toMatch(/^\/(?!\/)/);
      expect(href.startsWith(`${origin}/`)).toBe(true);
    });
  });

  test('RD-09: a target is printable ASCII', () => {
    holds((href) => expect(href).toMatch(/^[!-~]+$/));
  });

  test('a target is its own target', () => {
    holds((href, origin) => expect(parseReturnTo(origin, href)).toBe(href));
  });

  test('the path of a target leads to the same place, read alone as well', () => {
    holds((href, origin) => {
      const path = pathOf(href);
      expect(path).toMatch(/^\/(?![/\\])/);
      expect(pathOf(new URL(path, origin).href)).toBe(path);
    });
  });
});
