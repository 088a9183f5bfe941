/** The report "This was not me". Anybody with the mail can send it, even a scanner, so by itself it changes nothing. */
import { authContext } from '../../session/auth-context.js';
import { bodyField } from '../../web/body.js';
import { type Action, refuse, showPage } from '../exits.js';

export const notMe: Action = async (exchange) => {
  const { req, config, accountLinks } = exchange;
  const { method } = req;
  const text = method === 'POST' ? bodyField(req, 'token') : req.query.token;
  if (method === 'POST' && typeof text !== 'string') return refuse(exchange, 'invalid_request');
  const link = accountLinks.readNotMe(text);
  // Only a person who is logged in to the account may revoke its links. The mail alone is not enough, nor is a held login.
  const auth = authContext(req);
  const isOwner = link !== undefined && auth?.account === link.account && auth.heldAddress === undefined;

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
