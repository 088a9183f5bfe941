/** The name, logo and colours of pages and mail. Colours are checked for sufficient contrast. */
import { checkNames, namesOf, need } from '../util/check.js';

export interface ThemeOptions {
  /** The app's name, for example `Acme`; one line of 1 to 64 characters. Default: the origin's host. */
  name?: string;
  /** The path of a logo at the origin, for example `/logo.svg`. Shown on pages, but not in mail, where it would track the reader. */
  logo?: string;
  /** The colour of buttons and links in the light colour scheme, as `#rrggbb`. Default `#1f5fd6`. */
  accent?: string;
  /** The same in the dark colour scheme. Default `#6ea0ff`. */
  accentDark?: string;
}

export interface Theme {
  readonly name: string;
  readonly logo: string | undefined;
  readonly light: Palette;
  readonly dark: Palette;
}

export interface Palette {
  readonly page: string;
  readonly card: string;
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly bad: string;
  readonly accent: string;
  readonly onAccent: string;
}

const LIGHT = { page: '#f2f4f7', card: '#ffffff', text: '#1d2129', quiet: '#5a6270', line: '#8a92a0', bad: '#b3261e' };
const DARK = { page: '#16181d', card: '#22252c', text: '#e8eaee', quiet: '#a7adba', line: '#7c8493', bad: '#ff8a80' };
/** WCAG 2.2, 1.4.3 Contrast (Minimum), level AA. */
const MIN_CONTRAST = 4.5;

/** The options with their defaults. */
export type CompleteThemeOptions = ThemeOptions & Required<Pick<ThemeOptions, 'accent' | 'accentDark'>>;

const THEME_NAMES = namesOf<ThemeOptions>({ name: true, logo: true, accent: true, accentDark: true });

/** @throws TypeError for a wrong or unknown option, and for a colour with too little contrast */
export function parseTheme(theme: CompleteThemeOptions, origin: string): Theme {
  checkNames('theme', theme, THEME_NAMES);
  const { name = new URL(origin).host, logo, accent, accentDark } = theme;
  need(
    typeof name === 'string' && /^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u.test(name) && name.trim() !== '',
    'theme.name must be one line of 1 to 64 characters',
  );
  const isOfOrigin =
    typeof logo === 'string' &&
    logo.startsWith('/') &&
    URL.canParse(logo, origin) &&
    new URL(logo, origin).origin === origin;
  need(logo === undefined || isOfOrigin, 'theme.logo must be a path of the origin, such as /logo.svg');
  return Object.freeze({
    name,
    logo,
    light: palette('theme.accent', accent, LIGHT),
    dark: palette('theme.accentDark', accentDark, DARK),
  });
}

function palette(option: string, accent: string, colours: Omit<Palette, 'accent' | 'onAccent'>): Palette {
  need(typeof accent === 'string' && /^#[0-9a-f]{6}$/i.test(accent), `${option} must be a colour such as #1f5fd6`);
  const ratio = contrast(accent, colours.card);
  need(
    ratio >= MIN_CONTRAST,
    `${option} ${accent} on ${colours.card} has a contrast of ${ratio.toFixed(2)}; choose a colour with at least ${MIN_CONTRAST}`,
  );
  const onAccent = contrast(accent, '#ffffff') >= contrast(accent, '#10131a') ? '#ffffff' : '#10131a';
  return Object.freeze({ ...colours, accent, onAccent });
}

/** The contrast ratio as WCAG 2.2 defines it, 1 to 21. */
function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
