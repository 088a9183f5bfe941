/** Chooses the language of a request: the app's choice, or else by Accept-Language. */
import type { Request } from 'express';
import { checkNames, isFunction, need } from '../util/check.js';
import { en } from './en.js';
import type { Texts } from './texts.js';

export interface LanguageOptions {
  /** Catalogues by BCP 47 tag. The first is the fallback. Default `{ en, de }`. */
  readonly languages: Readonly<Record<string, Texts>>;
  /** Returns the tag of the catalogue for a request, if the app knows it. Default: by Accept-Language. */
  readonly language: (req: Request) => string | undefined;
}

export class Languages {
  /** The tags of all catalogues. The first is the fallback. */
  readonly tags: readonly string[];
  readonly #catalogues: ReadonlyMap<string, Texts>;
  readonly #choose: (req: Request) => string | undefined;

  /** @throws TypeError for a catalogue with a missing, wrong or unknown text, which it names */
  constructor({ languages, language }: LanguageOptions) {
    const isObject = typeof languages === 'object' && languages !== null && !Array.isArray(languages);
    need(
      isObject && Object.keys(languages).length > 0,
      'languages must be an object of catalogues by language tag, such as { en }',
    );
    need(isFunction(language), 'language must be a function of a request that returns a language tag');
    for (const [tag, texts] of Object.entries(languages)) {
      checkCatalogue(`languages.${tag}`, texts, en);
      // `{ fr: { ...en, … } }` would say of a French page that it is English.
      need(isSameLanguage(tag, texts.language), `languages.${tag}.language is '${texts.language}': set it to '${tag}'`);
    }
    this.#catalogues = new Map(Object.entries(languages));
    this.tags = Object.keys(languages);
    this.#choose = language;
  }

  /** The texts for the person who sent a request. */
  for(req: Request): Texts {
    return this.named(this.#choose(req) ?? (req.acceptsLanguages([...this.tags]) || undefined));
  }

  /** The texts of a language, or of the first if there is no such catalogue. */
  named(tag: string | undefined): Texts {
    return this.#catalogues.get(tag ?? '') ?? (this.#catalogues.get(this.tags[0] as string) as Texts);
  }
}

/** Checks that a catalogue has the same texts as `model`, of the same kinds. */
function checkCatalogue(name: string, texts: unknown, model: object): void {
  checkNames(name, texts, Object.keys(model));
  for (const [key, wanted] of Object.entries(model)) {
    const value: unknown = Reflect.get(texts as object, key);
    const fits = Array.isArray(wanted)
      ? Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== '')
      : typeof value === typeof wanted && value !== '';
    need(fits, `${name}.${key} must be ${kindOf(wanted)}`);
    if (typeof wanted === 'object' && !Array.isArray(wanted)) checkCatalogue(`${name}.${key}`, value, wanted);
  }
  if ('direction' in model) {
    const { direction, language } = texts as Texts;
    need(isLanguageTag(language), `${name}.language must be a BCP 47 tag, such as pt-BR`);
    need(direction === 'ltr' || direction === 'rtl', `${name}.direction must be ltr or rtl`);
  }
}

const kindOf = (wanted: unknown): string =>
  Array.isArray(wanted)
    ? 'a list of texts'
    : typeof wanted === 'string'
      ? 'a text'
      : typeof wanted === 'function'
        ? 'a function'
        : 'an object';

/** By their primary subtags: `en-GB` may be made of `en`. */
const isSameLanguage = (a: string, b: string): boolean => primaryOf(a) === primaryOf(b);

const primaryOf = (tag: string): string | undefined => tag.toLowerCase().split('-')[0];

/** Whether `Intl` accepts the tag, because dates are written in that language. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
