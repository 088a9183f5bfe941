/** The catalogues: both are whole, a broken one is refused by name, and everybody is given the right one. */

import type { Request } from 'express';
import express from 'express';
import { describe, expect, test } from 'vitest';
import { de } from '../../lib/texts/de.js';
import { describeBrowser, describeTime } from '../../lib/texts/describe.js';
import { en } from '../../lib/texts/en.js';
import type { LanguageOptions } from '../../lib/texts/languages.js';
import type { Texts } from '../../lib/texts/texts.js';
import { misuse } from '../support/errors.js';
import { languagesOf } from '../support/parsed.js';

/** A request as Express makes it, with this Accept-Language. */
const accepting = (language?: string): Request =>
  Object.assign(Object.create(express.request), {
    headers: language === undefined ? {} : { 'accept-language': language },
  });

/** Each text by its name, such as `form.title`; of a list, each of its texts. */
const textsOf = (catalogue: object, prefix = ''): [name: string, text: unknown][] =>
  Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === 'object' ? textsOf(value, `${prefix}${key}.`) : [[prefix + key, value] as [string, unknown]],
  );

/** The catalogue with this one text replaced. */
function changed(name: string, value: unknown): Record<string, Texts> {
  const copy = structuredCloneWithFunctions(en) as Record<string, unknown>;
  const path = name.split('.');
  const last = path.pop() as string;
  const place = path.reduce((at, key) => at[key] as Record<string, unknown>, copy);
  if (value === undefined) delete place[last];
  else place[last] = value;
  return { en: copy as unknown as Texts };
}

const structuredCloneWithFunctions = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(structuredCloneWithFunctions)
    : typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value as object).map(([key, one]) => [key, structuredCloneWithFunctions(one)]),
        )
      : value;

const create = (options: unknown) => () => languagesOf(options as LanguageOptions);

describe('English and German', () => {
  const shape = (texts: Texts) => textsOf(texts).map(([name, text]) => [name, typeof text]);

  test('have the same texts, of the same kinds', () => {
    expect(shape(de)).toEqual(shape(en));
    expect(shape(en).length).toBeGreaterThan(70);
  });

  test.each([
    ['en', en],
    ['de', de],
  ])('%s: no text is empty, and each ends where it should', (language, texts) => {
    expect(texts.language).toBe(language);
    for (const [, text] of textsOf(texts)) {
      if (typeof text === 'string') expect(text).toMatch(/^\S(?:.*\S)?$/);
    }
  });

  test('share no sentence: nothing was left untranslated', () => {
    const english = new Map(textsOf(en));
    const same = textsOf(de).filter(([name, text]) => typeof text === 'string' && english.get(name) === text);
    expect(same.map(([name]) => name)).toEqual([
      'direction',
      'sent.code',
      'stepUp.labels.passkey',
      'stepUp.enrol.code',
    ]);
  });

  const calls: Record<string, unknown[][]> = {
    waitSeconds: [[2], [30], [89]],
    waitMinutes: [[2], [15]],
    browserOnSystem: [['Firefox', 'Windows']],
    requestedIn: [['Firefox', 'Mar 5, 2026 UTC']],
    'form.invited': [['ada@example.com']],
    'sent.intro': [['ada@example.com'], []],
    'sent.resendIn': [[1], [30]],
    'code.only': [['https://app.example.com']],
    'reported.ended': [[2], [7]],
    'mail.subject': [['Acme']],
    'mail.intro': [['Acme', 10]],
    'invitation.subject': [['Acme']],
    'invitation.intro': [['Acme', 7]],
    happenedIn: [['Firefox', 'Mar 5, 2026 UTC']],
    ...Object.fromEntries(
      Object.keys(en.notices).flatMap((kind) =>
        ['subject', 'what', 'ifNot'].map((text) => [`notices.${kind}.${text}`, [['Acme']]]),
      ),
    ),
    'stepUp.confirm.code': [['YubiKey'], ['SMS']],
    'stepUp.factors.added': [['Mar 5, 2026 UTC']],
    'stepUp.factors.add': [['YubiKey'], ['SMS']],
    'stepUp.factors.codesLeft': [[0], [2], [10]],
    'stepUp.factors.lossReported': [['Mar 5, 2026 UTC']],
    'stepUp.waiting.activeFrom': [['Mar 5, 2026 UTC']],
    'stepUp.enrolled.active': [['YubiKey']],
    'stepUp.enrolled.waiting': [['YubiKey', 'Mar 5, 2026 UTC']],
    ...Object.fromEntries(
      Object.keys(en.stepUp.notices).flatMap((type) => [
        [`stepUp.notices.${type}.subject`, [['Acme']]],
        [`stepUp.notices.${type}.what`, [['', '']]],
      ]),
    ),
    ...Object.fromEntries(
      ['enrolled', 'cancelled', 'removed'].map((type) => [`stepUp.notices.${type}.what`, [['YubiKey', '']]]),
    ),
    'stepUp.notices.waiting.what': [['YubiKey', 'Mar 5, 2026 UTC']],
    'stepUp.notices.lost.what': [['', 'Mar 5, 2026 UTC']],
    // Of no use to those who run the app.
    'notices.usedElsewhere.ifNot': [[]],
    'notices.wrongCodes.ifNot': [[]],
  };

  describe.each([
    ['en', en],
    ['de', de],
  ])('%s', (_language, texts) => {
    const functions = textsOf(texts).filter(([, text]) => typeof text === 'function') as [
      string,
      (...args: unknown[]) => unknown,
    ][];

    test('every text that is given something is tried here', () => {
      expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(calls).sort());
    });

    test.each(functions)('%s says what it was given', (name, say) => {
      for (const args of calls[name] as unknown[][]) {
        const said = say(...args);
        expect(said).toEqual(expect.stringMatching(/^\S.*\S$/));
        expect(args.filter((arg) => !String(said).includes(String(arg)))).toEqual([]);
        expect(said).not.toMatch(/undefined|null|NaN|\[object/);
      }
    });

    test('one is told in words of its own', () => {
      const said = [
        texts.waitSeconds(1),
        texts.mail.intro('Acme', 1),
        texts.invitation.intro('Acme', 1),
        texts.reported.ended(1),
        texts.stepUp.factors.codesLeft(1),
      ];
      for (const text of said)
        expect(text).not.toMatch(/\d|\bsec?onds\b|minutes|days\b|links\b|Sekunden|Minuten|Tage\b|Links\b/);
      expect(texts.reported.ended(0)).not.toMatch(/\d/);
    });
  });
});

describe('a broken catalogue is refused, and the text named:', () => {
  const names = textsOf(en).map(([name]) => name);

  test.each(names.filter((name) => !/\.advice\.\d$/.test(name)))('%s missing, empty or of another kind', (name) => {
    for (const value of [undefined, '', 1, null, {}, []]) {
      expect(create({ languages: changed(name, value) })).toThrow(TypeError);
      expect(create({ languages: changed(name, value) })).toThrow(`languages.en.${name}`);
    }
    const other =
      typeof Reflect.get(Object(new Map(textsOf(en)).get(name)), 'call') === 'function' ? 'a text' : () => 'a text';
    expect(create({ languages: changed(name, other) })).toThrow(`languages.en.${name}`);
  });

  test.each(['form', 'sent', 'refusals', 'reported.advice', 'mail', 'stepUp', 'stepUp.withoutFactor.advice'])(
    '%s missing or of another kind',
    (name) => {
      for (const value of [undefined, '', 'text', 1, null]) {
        expect(create({ languages: changed(name, value) })).toThrow(TypeError);
        expect(create({ languages: changed(name, value) })).toThrow(`languages.en.${name}`);
      }
    },
  );

  test.each([[['one', '']], [['one', 2]], [[undefined]]])('reported.advice with what is no text: %j', (advice) => {
    expect(create({ languages: changed('reported.advice', advice) })).toThrow(/^languages\.en\.reported\.advice/);
  });

  test('a text that there is not', () => {
    expect(create({ languages: changed('form.titel', 'Log in') })).toThrow(
      misuse("languages.en.form has no option 'titel'; did you mean title?"),
    );
    expect(create({ languages: changed('footer', 'Acme') })).toThrow(/^languages\.en has no option 'footer'/);
  });

  test('a direction that there is not', () => {
    expect(create({ languages: changed('direction', 'up') })).toThrow('languages.en.direction must be ltr or rtl');
  });

  test.each(['en_US', 'not a tag', '-'])('a language that is no BCP 47 tag: %j', (language) => {
    expect(create({ languages: changed('language', language) })).toThrow(/^languages\.en\.language/);
  });

  test('the second of two', () => {
    expect(create({ languages: { en, fr: { ...en, continue: '' } } })).toThrow(/^languages\.fr\.continue/);
  });

  test.each([
    ['null', null],
    ['none', {}],
    ['a tag', 'en'],
    ['a number', 1],
    ['a list', [en]],
  ])('languages that are no catalogues by their tags: %s', (_what, languages) => {
    expect(create({ languages })).toThrow(/^languages must be an object of catalogues/);
  });

  test.each([null, 'en', {}])('a language option that is no function: %j', (language) => {
    expect(create({ language })).toThrow(/^language must be a function/);
  });

  test('one of an app’s own, made of ours, is taken', () => {
    const own = { ...en, form: { ...en.form, title: 'Welcome' } };
    expect(languagesOf({ languages: { en: own } }).for(accepting()).form.title).toBe('Welcome');
  });
});

describe('by Accept-Language', () => {
  const languages = () => languagesOf({});

  test.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de', 'de'],
    ['DE', 'de'],
    ['de-AT,de;q=0.9,en;q=0.8', 'de'],
    ['en-GB,de;q=0.9', 'en'],
    ['fr,de;q=0.5,en;q=0.2', 'de'],
    ['de;q=0.2,en;q=0.5', 'en'],
    ['de;q=0', 'en'],
    ['fr', 'en'],
    ['__proto__', 'en'],
    [`${'x-'.repeat(5000)}y`, 'en'],
  ])('%j: %s', (header, language) => {
    expect(languages().for(accepting(header)).language).toBe(language);
  });

  test('the first language is for requests that ask for none of them', () => {
    const german = languagesOf({ languages: { de, en } });
    expect(german.for(accepting()).language).toBe('de');
    expect(german.for(accepting('fr')).language).toBe('de');
    expect(german.for(accepting('en')).language).toBe('en');
  });
});

describe('by the app’s own choice', () => {
  const chosen = (tag: string | undefined, header = 'en') =>
    languagesOf({ language: () => tag }).for(accepting(header)).language;

  test('it comes before Accept-Language', () => {
    expect(chosen('de', 'en')).toBe('de');
    expect(chosen('en', 'de')).toBe('en');
  });

  test('where it has none, Accept-Language decides', () => {
    expect(chosen(undefined, 'de')).toBe('de');
  });

  test.each(['fr', '', '__proto__', 'constructor'])('where it names none of them, it is the first: %j', (tag) => {
    expect(chosen(tag, 'de')).toBe('en');
  });

  test('it is asked with the request', () => {
    const req = accepting('en');
    const language = (asked: Request) => (asked === req ? 'de' : 'en');
    expect(languagesOf({ language }).for(req).language).toBe('de');
  });

  test.each([
    ['de', 'de'],
    [undefined, 'en'],
    ['fr', 'en'],
    ['__proto__', 'en'],
  ])('named %j without a request: %s', (tag, language) => {
    expect(languagesOf({}).named(tag).language).toBe(language);
  });
});

describe('a browser and a time in words', () => {
  test.each([
    [{ browser: 'Firefox', system: 'Windows' }, 'Firefox on Windows', 'Firefox (Windows)'],
    [{ browser: 'Firefox' }, 'Firefox', 'Firefox'],
    [{ system: 'Windows' }, 'an unknown browser on Windows', 'einem unbekannten Browser (Windows)'],
    [{}, 'an unknown browser', 'einem unbekannten Browser'],
  ])('%j', (family, english, german) => {
    expect([describeBrowser(en, family), describeBrowser(de, family)]).toEqual([english, german]);
  });

  test('the time is in UTC, and says so', () => {
    const time = new Date('2026-03-05T23:07:59Z');
    expect(describeTime(en, time)).toMatch(/^Mar 5, 2026, 11:07\sPM UTC$/);
    expect(describeTime(de, time)).toBe('05.03.2026, 23:07 UTC');
  });
});
