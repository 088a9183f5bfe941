/** Which language a person reads: by the app's own choice, else by what the browser asks for. */
import type { Request } from 'express';
import { checkNames, isFunction, need } from '../util/check.js';
import { de } from './de.js';
import { en } from './en.js';
import type { Texts } from './texts.js';

export interface LanguageOptions {
  /** By their BCP 47 tags. The first is for who asks for none of them. Default `{ en, de }`. */
  languages?: Readonly<Record<string, Texts>> | undefined;
  /** The tag of one of `languages` for this request, as the app knows it. Default: by Accept-Language. */
  language?: ((req: Request) => string | undefined) | undefined;
}

export class Languages {
  /** Of all that there are, the first first. */
  readonly tags: readonly string[];
  readonly #catalogues: ReadonlyMap<string, Texts>;
  readonly #chosen: (req: Request) => string | undefined;

  /** @throws TypeError for a catalogue with a text missing, or unknown; it names the text */
  constructor({ languages = { en, de }, language = () => undefined }: LanguageOptions) {
    const isObject = typeof languages === 'object' && languages !== null && !Array.isArray(languages);
    need(
      isObject && Object.keys(languages).length > 0,
      'languages must be an object of catalogues by language tag, such as { en }',
    );
    need(isFunction(language), 'language must be a function of a request that returns a language tag');
    for (const [tag, texts] of Object.entries(languages)) checkCatalogue(`languages.${tag}`, texts, en);
    this.#catalogues = new Map(Object.entries(languages));
    this.tags = Object.keys(languages);
    this.#chosen = language;
  }

  /** The texts for whoever sent this request. */
  for(req: Request): Texts {
    return this.named(this.#chosen(req) ?? (req.acceptsLanguages([...this.tags]) || undefined));
  }

  /** The texts of this language; of the first, where there are none. */
  named(tag: string | undefined): Texts {
    return this.#catalogues.get(tag ?? '') ?? (this.#catalogues.get(this.tags[0] as string) as Texts);
  }
}

/** A catalogue has what `model` has, of the same kinds. */
function checkCatalogue(name: string, texts: unknown, model: object): void {
  checkNames(name, texts, Object.keys(model));
  for (const [key, wanted] of Object.entries(model)) {
    const value: unknown = Reflect.get(texts as object, key);
    const kind = Array.isArray(wanted) ? 'list of texts' : typeof wanted === 'string' ? 'text' : typeof wanted;
    const fits = Array.isArray(wanted)
      ? Array.isArray(value) && value.every((text) => typeof text === 'string' && text !== '')
      : typeof value === typeof wanted && value !== '';
    need(fits, `${name}.${key} is missing, or is no ${kind}`);
    if (kind === 'object') checkCatalogue(`${name}.${key}`, value, wanted);
  }
  if ('direction' in model) {
    const { direction, language } = texts as Texts;
    need(isLanguageTag(language), `${name}.language must be a BCP 47 tag, such as pt-BR`);
    need(direction === 'ltr' || direction === 'rtl', `${name}.direction must be ltr or rtl`);
  }
}

/** Dates are written by it. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
