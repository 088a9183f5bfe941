/** The option `notices`: on unless said otherwise, and refused where it is wrong. */
import { describe, expect, test } from 'vitest';
import { en } from '../../lib/index.js';
import { misuse } from '../support/errors.js';
import { deliver, parse, parseMail, parseOdd, refused } from '../support/options.js';

const KINDS = Object.keys(en.notices);

test('AL-06: every notice that there are words for is on', () => {
  expect(parse().notices).toEqual(Object.fromEntries(KINDS.map((kind) => [kind, true])));
  expect(parse({ notices: {} }).notices).toEqual(parse().notices);
});

test.each(KINDS)('%s can be turned off by itself', (kind) => {
  expect(parseOdd({ notices: { [kind]: false } }).notices).toEqual({ ...parse().notices, [kind]: false });
});

describe('PK-04: what is wrong is refused', () => {
  test.each([
    ['newBrowsers', 'newBrowser'],
    ['usedElswhere', 'usedElsewhere'],
    ['wrongcodes', 'wrongCodes'],
    ['adressChanged', 'addressChanged'],
  ])('notices.%s: did you mean %s?', (name, right) => {
    const message = `notices has no option '${name}'; did you mean ${right}?`;
    expect(() => parseOdd({ notices: { [name]: false } })).toThrow(misuse(message));
  });

  test.each([false, true, null, 'all', []])('notices: %j', (notices) =>
    refused('notices', () => parseOdd({ notices })),
  );

  test.each(KINDS)('notices.%s: 0', (kind) => refused(`notices.${kind}`, () => parseOdd({ notices: { [kind]: 0 } })));

  test('mail.renderNotice: a text', () => {
    refused('mail.renderNotice', () => parseMail({ deliver, renderNotice: 'Hello' as never }));
  });

  test('MagicLinkStrategy.notice: did you mean notices?', () => {
    expect(() => parseOdd({ notice: {} })).toThrow("has no option 'notice'; did you mean notices?");
  });
});
