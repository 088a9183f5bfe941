// The history of events. A person sees their own, with one button that ends all links and sessions. An admin sees all.
import express from 'express';
import { EVENT_CATALOGUE, requireSameOrigin } from 'passport-bound-link';
import { knownUser, outlive, takeNews, tellNews, wantsJson } from './request.js';
import { adminPage, securityPage } from './security-pages.js';

/** @typedef {import('passport-bound-link').MagicLinkEvent} MagicLinkEvent */

/** The most events on a page. */
const SHOWN = 100;
const DAY = 24 * 60 * 60;

/**
 * @param {object} parts
 * @param {string} parts.origin
 * @param {import('passport-bound-link').MagicLinkStrategy} parts.strategy
 * @param {import('passport-bound-link/step-up').StepUp<import('./users.js').User>} parts.stepUp
 * @param {import('./accounts.js').Accounts} parts.accounts
 * @param {import('./history.js').History} parts.history
 */
export function securityRoutes({ origin, strategy, stepUp, accounts, history }) {
  const router = express.Router();
  const loggedIn = stepUp.require({ level: 0, returnTo: '/security' });

  router.get('/', loggedIn, async (req, res) => {
    // The history of the proven address only: a person must not see events of a mailbox that they have not proven.
    const { email } = knownUser(req);
    const [events, links] = await Promise.all([history.of(email), strategy.outstanding(email)]);
    const shown = {
      events: events.slice(0, SHOWN).map(forPerson),
      links,
      devices: devicesIn(events),
    };
    if (wantsJson(req)) res.json(shown);
    else res.type('html').send(securityPage(shown, takeNews(req)));
  });

  router.post('/revoke-all', requireSameOrigin(origin), loggedIn, async (req, res) => {
    const user = knownUser(req);
    const links = await accounts.endEverything(user);
    outlive(req, user);
    if (!wantsJson(req)) tellNews(req, links);
    // Saved before the answer, because the browser may request the next page before the session is saved.
    await new Promise((resolve, reject) => req.session.save((error) => (error ? reject(error) : resolve(undefined))));
    if (wantsJson(req)) res.json({ status: 'revoked', links });
    else res.redirect(303, '/security');
  });
  return router;
}

/**
 * @param {object} parts
 * @param {ReadonlySet<string>} parts.admins
 * @param {import('passport-bound-link/step-up').StepUp<import('./users.js').User>} parts.stepUp
 * @param {import('./history.js').History} parts.history
 */
export function adminRoutes({ admins, stepUp, history }) {
  const router = express.Router();
  router.get('/security', stepUp.require({ level: 2 }), async (req, res, next) => {
    // `email` is proven. Any other user with a second factor gets 404 and not a refusal, so that the page stays hidden.
    if (!admins.has(knownUser(req).email)) {
      return next(Object.assign(new Error('not found'), { status: 404, code: 'not_found' }));
    }
    const events = await history.since(Math.floor(Date.now() / 1000) - DAY);
    const shown = {
      events: events.filter(({ severity }) => severity !== 'info').slice(0, SHOWN),
      counts: countsOf(events),
    };
    if (wantsJson(req)) res.json(shown);
    else res.type('html').send(adminPage(shown));
  });
  return router;
}

/** Removes what identifies networks, requests, users and mailboxes, even as digests. @param {MagicLinkEvent} event */
const forPerson = ({ network, request, user, account, formerAccount, durationMs, ...event }) => event;

/** @typedef {ReturnType<typeof forPerson>} PersonalEvent */

/**
 * The browsers that logged in, the latest first.
 * @param {readonly MagicLinkEvent[]} events the newest first
 */
function devicesIn(events) {
  const refused = new Set(events.filter(({ type }) => type === 'login.refused').map(({ link }) => link));
  /** @type {Map<string | undefined, { browser: string | undefined, firstLogin: number, lastLogin: number, logins: number }>} */
  const devices = new Map();
  for (const { type, link, time, browser } of events) {
    if (type !== 'link.redeemed' || refused.has(link)) continue;
    const { lastLogin = time, logins = 0 } = devices.get(browser) ?? {};
    devices.set(browser, { browser, firstLogin: time, lastLogin, logins: logins + 1 });
  }
  return [...devices.values()];
}

/** Counts events by type, in the order of the catalogue. @param {readonly MagicLinkEvent[]} events */
function countsOf(events) {
  const counts = Object.keys(EVENT_CATALOGUE).map((type) => [type, events.filter((one) => one.type === type).length]);
  return /** @type {Record<string, number>} */ (Object.fromEntries(counts.filter(([, count]) => count !== 0)));
}
