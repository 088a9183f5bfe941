/** Notifies a link's owner of something that happened in this request, after the answer is sent. */
import type { NoticeKind } from '../notices/notice-options.js';
import { mailboxOf } from '../protocol/address.js';
import type { Claims } from '../protocol/claims.js';
import { afterAnswer } from '../util/express.js';
import { browserFamily } from '../web/browser-family.js';
import type { Exchange } from './exchange.js';

export function notify({ req, res, config, services }: Exchange, kind: NoticeKind, { address }: Claims): void {
  const { limits, notices } = services;
  afterAnswer(res, () => {
    // After a logout, the person's own browser may still show an old page. It is not another browser.
    if (kind === 'usedElsewhere' && limits.isKnown(req, mailboxOf(address))) return;
    const browser = browserFamily(req.headers['user-agent']);
    notices.notify(kind, { address, texts: () => config.languages.for(req), browser });
  });
}
