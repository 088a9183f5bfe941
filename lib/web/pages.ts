/** The pages of a login, each ours or the app's own view in its place. */
import type { Languages } from '../texts/languages.js';
import type { Theme } from '../texts/theme.js';
import { PAGES } from './page-content.js';
import type { PageData, PageName } from './page-data.js';
import { PageSet, type ViewsOf } from './page-set.js';

export type Views = ViewsOf<PageData>;

/** Answers with the app's own page, for example `(req, res, page) => res.render('landing', page)`. */
export type View<P extends PageName> = NonNullable<Views[P]>;

export class Pages extends PageSet<PageData> {
  constructor({ views, languages, theme }: { views: Views; languages: Languages; theme: Theme }) {
    super({ table: PAGES, views, theme, texts: (req) => languages.for(req) });
  }
}
