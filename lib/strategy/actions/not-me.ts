/** "This was not me": a report that anybody who has the mail can make, a scanner too, so it changes nothing by itself. */
import { authContext } from '../../session/auth-context.js';
import { bodyField } from '../../web/body.js';
import { type Action, refuse, showPage } from '../exits.js';

export const notMe: Action = async (exchange) => {
  const { req, config, accountLinks } = exchange;
  const { method } = req;
  const text = method === 'POST' ? bodyField(req, 'token') : req.query.token;
  if (method === 'POST' && typeof text !== 'string') return refuse(exchange, 'invalid_request');
  const link = accountLinks.readNotMe(text);
  // Only somebody who is logged in to the account may end its links. The mail alone ends nothing.
  const isOwner = link !== undefined && authContext(req)?.account === link.account;

  if (method !== 'POST') {
    const token = link && String(text);
    const page = { action: config.notMePath, token, canEnd: isOwner };
    return showPage(exchange, 'notMe', { page, json: { status: 'not_me' } });
  }
  if (!link) return refuse(exchange, 'link_invalid');
  accountLinks.reportNotMe(link);
  const ended =
    isOwner && bodyField(req, 'end') === 'links' ? await accountLinks.revokeAccount(link.account) : undefined;
  const json = { status: 'reported', ...(ended !== undefined && { links: ended }) };
  return showPage(exchange, 'reported', { page: { ended }, json });
};
