/** "This was not me": a report, by whoever has the mail, a scanner among them. So it changes nothing by itself. */
import { authContext } from '../../session/auth-context.js';
import { bodyField } from '../../web/body.js';
import { isSameOrigin } from '../../web/same-origin.js';
import { refuse, refuseMethod, showPage } from '../exits.js';
import type { Action } from './action.js';

export const notMe: Action = async ({ config, accountLinks }, req) => {
  const { method } = req;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') return refuseMethod(config, req, 'GET, HEAD, POST');
  if (method === 'POST' && !isSameOrigin(req, config.origin)) return refuse(config, req, 'cross_site');
  const text = method === 'POST' ? bodyField(req, 'token') : req.query.token;
  if (method === 'POST' && typeof text !== 'string') return refuse(config, req, 'invalid_request');
  const link = accountLinks.readNotMe(text);
  // Only whoever is logged in to the account may end its links: the mail alone ends nothing.
  const isOwner = link !== undefined && authContext(req)?.account === link.account;

  if (method !== 'POST') {
    const token = link && String(text);
    return showPage(config, req, 'notMe', { action: config.notMePath, token, canEnd: isOwner }, { status: 'not_me' });
  }
  if (!link) return refuse(config, req, 'link_invalid');
  accountLinks.reportNotMe(link);
  const ended =
    isOwner && bodyField(req, 'end') === 'links' ? await accountLinks.revokeAccount(link.account) : undefined;
  const told = { status: 'reported', ...(ended !== undefined && { links: ended }) };
  return showPage(config, req, 'reported', { ended }, told);
};
