/** Answers requests with one of a set of pages: ours, in the language of the request, or the app's own view. */
import type { Request, Response } from 'express';
import type { Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import { createLayout, type Layout, type Page } from './layout.js';

/** The content of each page, made from its data and the texts of a language. */
export type PageTable<Data extends object> = { readonly [P in keyof Data]: (data: Data[P], texts: Texts) => Page };

/** An app's own pages, such as `{ form: (req, res, page) => res.render('form', page) }`. */
export type ViewsOf<Data extends object> = {
  readonly [P in keyof Data]?: (req: Request, res: Response, page: Data[P]) => unknown;
};

/** @typeParam Data what each page shows, by the page's name */
export interface PageSetConfig<Data extends object> {
  readonly table: PageTable<Data>;
  readonly views: ViewsOf<Data>;
  readonly theme: Theme;
  /** The texts in the language of a request. */
  readonly texts: (req: Request) => Texts;
  /** CSS that these pages need in addition to the layout's own. */
  readonly style?: string;
}

export class PageSet<Data extends object> {
  readonly #config: PageSetConfig<Data>;
  readonly #layout: Layout;

  constructor(config: PageSetConfig<Data>) {
    this.#config = config;
    this.#layout = createLayout(config.theme, config.style);
  }

  /**
   * Answers with the app's view of a page, or with ours, under the status that `res` has. The headers are set first, so
   * that a view can change them.
   * @throws whatever the view throws
   */
  async send<P extends keyof Data>(req: Request, res: Response, name: P, data: Data[P]): Promise<void> {
    const { table, views, texts } = this.#config;
    const catalogue = texts(req);
    const page = table[name](data, catalogue);
    res.vary('Accept-Language').set('Content-Security-Policy', this.#layout.policyOf(page));
    const view = views[name];
    if (view) await view(req, res, data);
    else res.set('Content-Language', catalogue.language).type('html').send(this.#layout.render(page, catalogue));
  }
}
