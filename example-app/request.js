// What the example's routes ask of a request.

/** @typedef {import('express').Request} Request */
/** @typedef {import('./users.js').User} User */

/** @param {Request} req */
export const userOf = (req) => /** @type {User | undefined} */ (req.user);

/** Behind a guard there is one. @param {Request} req */
export const knownUser = (req) => /** @type {User} */ (userOf(req));

/** @param {Request} req */
export const wantsJson = (req) => req.accepts(['html', 'json']) === 'json';

/** What Passport keeps in a session: who logged in, and in which epoch. @param {User} user */
export const loginOf = ({ id, epoch }) => ({ id, epoch });

/** @typedef {ReturnType<typeof loginOf>} Login */

/** @param {Request} req @returns {{ epoch?: number, news?: number | undefined }} the example's part of the session */
const ours = (req) => /** @type {any} */ (req.session);

/**
 * Sessions of an earlier epoch have ended, but for the one that has ended the others. What Passport keeps stays
 * as it was: the login's context is bound to it.
 * @param {Request} req @param {Login} login @param {User} user
 */
export const isLoggedInStill = (req, login, { epoch, disabled }) =>
  !disabled && (ours(req).epoch ?? login.epoch) === epoch;

/** This session goes on in the epoch that it has begun. @param {Request} req @param {User} user */
export function outlive(req, { epoch }) {
  ours(req).epoch = epoch;
}

/** To be shown once, on the next page: how many links were ended. @param {Request} req @param {number} links */
export function tellNews(req, links) {
  ours(req).news = links;
}

/** @param {Request} req */
export function takeNews(req) {
  const { news } = ours(req);
  if (news !== undefined) delete ours(req).news;
  return news;
}
