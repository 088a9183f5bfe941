// Reads and writes the example's data of a request and its session.

/** @typedef {import('express').Request} Request */
/** @typedef {import('./users.js').User} User */

/** @param {Request} req */
export const userOf = (req) => /** @type {User | undefined} */ (req.user);

/** The user behind a guard, which lets no request pass without one. @param {Request} req */
export const knownUser = (req) => /** @type {User} */ (userOf(req));

/** @param {Request} req */
export const wantsJson = (req) => req.accepts(['html', 'json']) === 'json';

/** What Passport stores in a session: the user's id and epoch. @param {User} user */
export const loginOf = ({ id, epoch }) => ({ id, epoch });

/** @typedef {ReturnType<typeof loginOf>} Login */

/** @param {Request} req @returns {{ epoch?: number, news?: number | undefined }} the example's part of the session */
const ours = (req) => /** @type {any} */ (req.session);

/**
 * Sessions of an earlier epoch have ended, except the one that ended the others. Passport's data in the session must
 * stay unchanged, because the authentication context is bound to it.
 * @param {Request} req @param {Login} login @param {User} user
 */
export const isLoggedInStill = (req, login, { epoch, disabled }) =>
  !disabled && (ours(req).epoch ?? login.epoch) === epoch;

/** Keeps this session in the new epoch. @param {Request} req @param {User} user */
export function outlive(req, { epoch }) {
  ours(req).epoch = epoch;
}

/** Stores the number of revoked links, to show it once on the next page. @param {Request} req @param {number} links */
export function tellNews(req, links) {
  ours(req).news = links;
}

/** @param {Request} req */
export function takeNews(req) {
  const { news } = ours(req);
  if (news !== undefined) delete ours(req).news;
  return news;
}
