/** Answers requests with the pages of a login. */
import type { Request, Response } from 'express';
import type { Languages } from '../texts/languages.js';
import type { Theme } from '../texts/theme.js';
import { createLayout, type Layout } from './layout.js';
import { PAGES } from './page-content.js';
import type { PageData, PageName } from './page-data.js';

/** Answers with the app's own page, for example `(req, res, page) => res.render('landing', page)`. */
export type View<P extends PageName> = (req: Request, res: Response, page: PageData[P]) => unknown;

export type Views = { readonly [P in PageName]?: View<P> };

/** A page to answer with. */
export interface PageAnswer<P extends PageName> {
  /** The HTTP status. */
  readonly status: number;
  readonly name: P;
  readonly page: PageData[P];
}

export class Pages {
  readonly #views: Views;
  readonly #languages: Languages;
  readonly #layout: Layout;

  constructor({ views, languages, theme }: { views: Views; languages: Languages; theme: Theme }) {
    this.#views = views;
    this.#languages = languages;
    this.#layout = createLayout(theme);
  }

  /**
   * Answers with the app's view of a page, or with ours. The headers are set first, so that a view can change them.
   * @throws whatever the view throws
   */
  async send<P extends PageName>(
    { req, res }: { readonly req: Request; readonly res: Response },
    { status, name, page }: PageAnswer<P>,
  ): Promise<void> {
    const texts = this.#languages.for(req);
    const content = PAGES[name](page, texts);
    res.status(status).vary('Accept-Language');
    res.set('Content-Security-Policy', this.#layout.policyOf(content));
    const view: View<P> | undefined = this.#views[name];
    if (view) await view(req, res, page);
    else res.set('Content-Language', texts.language).type('html').send(this.#layout.render(content, texts));
  }
}
