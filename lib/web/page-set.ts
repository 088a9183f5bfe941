/** Answers requests with one of a set of pages: ours, in the language of the request, or the app's own view. */
import type { Request, Response } from 'express';
import type { Texts } from '../texts/texts.js';
import type { Theme } from '../texts/theme.js';
import { createLayout, type Layout, type Page } from './layout.js';

/** The content of each page, made from its data and the texts of a language. */
export type PageTable<Data extends object> = { readonly [P in keyof Data]: (data: Data[P], texts: Texts) => Page };

/** An app's own pages, for example `{ form: (req, res, page) => res.render('form', page) }`. */
export type ViewsOf<Data extends object> = {
  readonly [P in keyof Data]?: (req: Request, res: Response, page: Data[P]) => unknown;
};

/** A page to answer with. */
export interface PageAnswer<Data extends object, P extends keyof Data> {
  /** The HTTP status. */
  readonly status: number;
  readonly name: P;
  readonly page: Data[P];
}

export interface PageSetConfig<Data extends object> {
  readonly table: PageTable<Data>;
  readonly views: ViewsOf<Data>;
  readonly theme: Theme;
  /** The texts in the language of a request. */
  readonly texts: (req: Request) => Texts;
  /** CSS that these pages need in addition to the layout's own. */
  readonly style?: string;
}

/** @typeParam Data what each page shows, by the page's name */
export class PageSet<Data extends object> {
  readonly #config: PageSetConfig<Data>;
  readonly #layout: Layout;

  constructor(config: PageSetConfig<Data>) {
    this.#config = config;
    this.#layout = createLayout(config.theme, config.style);
  }

  /**
   * Answers with the app's view of a page, or with ours. The headers are set first, so that a view can change them.
   * @throws whatever the view throws
   */
  async send<P extends keyof Data>(
    { req, res }: { readonly req: Request; readonly res: Response },
    { status, name, page }: PageAnswer<Data, P>,
  ): Promise<void> {
    const { table, views } = this.#config;
    const texts = this.#config.texts(req);
    const content = table[name](page, texts);
    res.status(status).vary('Accept-Language');
    res.set('Content-Security-Policy', this.#layout.policyOf(content));
    const view = views[name];
    if (view) await view(req, res, page);
    else res.set('Content-Language', texts.language).type('html').send(this.#layout.render(content, texts));
  }
}
