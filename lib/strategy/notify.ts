/** Tells the person whose link it is of something in this request, once its answer is out. */
import type { Request } from 'express';
import type { NoticeKind } from '../notices/notice-options.js';
import { mailboxOf } from '../protocol/address.js';
import type { Claims } from '../protocol/claims.js';
import { afterAnswer, responseTo } from '../util/express.js';
import { browserFamily } from '../web/browser-family.js';
import type { Services } from './actions/action.js';

export function notify(login: Services, req: Request, kind: NoticeKind, { address }: Claims): void {
  const { config, limits, notices } = login;
  afterAnswer(responseTo(req), () => {
    // The person's own browser, back on an old page after a logout, is not elsewhere.
    if (kind === 'usedElsewhere' && limits.isKnown(req, mailboxOf(address))) return;
    const browser = browserFamily(req.headers['user-agent']);
    notices.notify(kind, { address, texts: () => config.languages.for(req), browser });
  });
}
