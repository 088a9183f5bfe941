/** Notifies the owner of a link of something in this request, once its answer is out. */
import type { NoticeKind } from '../notices/notice-options.js';
import { mailboxOf } from '../protocol/address.js';
import type { Claims } from '../protocol/claims.js';
import { afterAnswer } from '../util/express.js';
import { browserFamily } from '../web/browser-family.js';
import type { Exchange } from './exchange.js';

export function notify({ req, res, config, services }: Exchange, kind: NoticeKind, { address }: Claims): void {
  const { limits, notices } = services;
  afterAnswer(res, () => {
    // The person's own browser, back on an old page after a logout, is not another browser.
    if (kind === 'usedElsewhere' && limits.isKnown(req, mailboxOf(address))) return;
    const browser = browserFamily(req.headers['user-agent']);
    notices.notify(kind, { address, texts: () => config.languages.for(req), browser });
  });
}
