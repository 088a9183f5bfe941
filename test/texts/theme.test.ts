/** Name, logo and colours: what everybody can read is taken, and nothing else. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ThemeOptions } from '../../lib/texts/theme.js';
import { misuse } from '../support/errors.js';
import { themeOf } from '../support/parsed.js';

const ORIGIN = 'https://app.example.com:8443';
const parse = (theme?: unknown) => themeOf(theme as ThemeOptions, ORIGIN);

/** WCAG 2.2's contrast ratio, worked out anew. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = (colour.slice(1).match(/../g) ?? []).map((hex) => {
      const channel = Number.parseInt(hex, 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [one, two] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return Math.max(one, two) / Math.min(one, two);
}

const colour = fc.nat({ max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('what is not said is ours', () => {
  test('the name is the host, and there is no logo', () => {
    expect(parse()).toMatchObject({ name: 'app.example.com:8443', logo: undefined });
    expect(parse({})).toEqual(parse());
  });

  test.each(['light', 'dark'] as const)(
    '%s: every text can be read on its card, and every line seen (WCAG 1.4.3, 1.4.11)',
    (ground) => {
      const palette = parse()[ground];
      for (const text of ['text', 'quiet', 'bad', 'accent'] as const) {
        expect(contrast(palette[text], palette.card)).toBeGreaterThanOrEqual(4.5);
      }
      expect(contrast(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(palette.line, palette.card)).toBeGreaterThanOrEqual(3);
    },
  );

  test('it is frozen', () => {
    const theme = parse();
    expect([theme, theme.light, theme.dark].every(Object.isFrozen)).toBe(true);
  });
});

describe('an accent', () => {
  test.each([
    ['accent', 'light'],
    ['accentDark', 'dark'],
  ] as const)('%s is taken where it can be read, and refused with the ratio where not', (option, ground) => {
    const { card } = parse()[ground];
    fc.assert(
      fc.property(colour, (value) => {
        const readable = contrast(value, card) >= 4.5;
        if (!readable) {
          expect(() => parse({ [option]: value })).toThrow(`theme.${option} ${value} on ${card} has a contrast of `);
          return;
        }
        const { accent, onAccent } = parse({ [option]: value })[ground];
        expect(accent).toBe(value);
        expect(contrast(onAccent, accent)).toBeGreaterThanOrEqual(4.5);
      }),
      { examples: [['#767676'], ['#777777'], ['#000000'], ['#ffffff'], ['#868686'], ['#8a8a8a']] },
    );
  });

  test('of the very contrast that can be read', () => {
    // The lightest grey that white ground carries, and the next one, of 4.48.
    expect(() => parse({ accent: '#767676' })).not.toThrow();
    expect(() => parse({ accent: '#777777' })).toThrow(
      /has a contrast of (?!4\.5;)[\d.]+; choose a colour with at least 4\.5 \(see /,
    );
  });

  test('the one changes nothing of the other', () => {
    expect(parse({ accent: '#7a0000' }).dark).toEqual(parse().dark);
    expect(parse({ accentDark: '#ffd0d0' }).light).toEqual(parse().light);
  });

  test.each(['accent', 'accentDark'])('SC-07: %s that is no #rrggbb is refused', (option) => {
    const wrong = [
      '',
      'red',
      '#abc',
      '#12345',
      '#1234567',
      '#12345g',
      'rgb(0,0,0)',
      '#000000;}',
      ' #000000',
      '#000000\n',
      0,
      null,
      {},
    ];
    for (const value of wrong) {
      expect(() => parse({ [option]: value })).toThrow(misuse(`theme.${option} must be a colour such as #1f5fd6`));
    }
  });
});

describe('a name', () => {
  test.each(['Acme', 'Bücher & Söhne', '日本', 'x'.repeat(64), `"<Acme>"`])('%j is taken', (name) => {
    expect(parse({ name }).name).toBe(name);
  });

  test.each([
    '',
    'x'.repeat(65),
    'Acme\nBcc: eve@evil.test',
    'Acme\r',
    'A\0',
    'A\tB',
    '\u202eemcA',
    'A\u2028B',
    'A\u2029B',
    '\ud800',
    1,
    null,
    {},
  ])('IN-22: %j is refused', (name) => {
    expect(() => parse({ name })).toThrow(misuse('theme.name must be one line of 1 to 64 characters'));
  });
});

describe('a logo', () => {
  test.each(['/logo.svg', '/a/b/logo.png?v=1', '/'])('%j is taken', (logo) => {
    expect(parse({ logo }).logo).toBe(logo);
  });

  test.each([
    '',
    'logo.svg',
    '//evil.test/logo.svg',
    '/\\evil.test/logo.svg',
    '/\t/evil.test/logo.svg',
    '\\\\evil.test/logo.svg',
    'https://evil.test/logo.svg',
    'data:image/svg+xml,x',
    'javascript:alert(1)',
    1,
    null,
    {},
  ])('SE-04: %j, which is no path of the origin, is refused', (logo) => {
    expect(() => parse({ logo })).toThrow(misuse('theme.logo must be a path of the origin, such as /logo.svg'));
  });
});

test.each([
  [{ colour: '#000000' }, "theme has no option 'colour'; there are: name, logo, accent, accentDark"],
  [{ acent: '#000000' }, "theme has no option 'acent'; did you mean accent?"],
  [null, 'theme takes an object of options'],
  ['blue', 'theme takes an object of options'],
  [[], 'theme takes an object of options'],
])('PK-04: %j is refused', (theme, message) => {
  expect(() => parse(theme)).toThrow(misuse(message));
});
