// A transfer: an action for which access to the inbox must not be enough.
import express from 'express';
import { requireSameOrigin } from 'passport-bound-link';
import { confirmTransferPage, transferPage, transferredPage } from './pages.js';

/**
 * A person sees the amount and the payee on a page of their own, and its button sends exactly these two. The page
 * contains them sealed for this session, and a POST with other values shows that page first. After a step-up the person
 * comes back to that page, and nothing has been sent. A JSON client needs no confirmation.
 * @param {object} parts
 * @param {string} parts.origin
 * @param {import('passport-bound-link/step-up').StepUp<import('./users.js').User>} parts.stepUp
 * @param {import('passport-bound-link').Sealer} parts.sealer
 */
export function transferRoutes({ origin, stepUp, sealer }) {
  /** @param {express.Request} req @param {Transfer} transfer @param {unknown} confirmation */
  const isConfirmed = (req, transfer, confirmation) =>
    typeof confirmation === 'string' && sealer.open(req.sessionID, confirmation) === JSON.stringify(transfer);
  /** @param {express.Request} req @param {express.Response} res @param {Transfer} transfer */
  const askToConfirm = (req, res, transfer) => {
    const confirmation = sealer.seal(req.sessionID, JSON.stringify(transfer));
    res.type('html').send(confirmTransferPage(transfer, confirmation));
  };

  const router = express.Router();
  // A refused POST is not repeated. The person comes back to the form.
  const guard = stepUp.require({ level: 2, maxAge: 300, returnTo: '/transfer' });
  router.get('/', guard, (req, res) => {
    const transfer = parse(req.query);
    if (transfer) askToConfirm(req, res, transfer);
    else res.type('html').send(transferPage());
  });
  router.post(
    '/',
    requireSameOrigin(origin),
    guard,
    express.urlencoded({ extended: false }),
    express.json(),
    (req, res, next) => {
      const transfer = parse(req.body);
      if (!transfer) return next(Object.assign(new Error('no transfer'), { status: 400, code: 'invalid_request' }));
      if (req.accepts(['html', 'json']) === 'json') return void res.json({ status: 'transferred' });
      if (!isConfirmed(req, transfer, req.body.confirmation)) return askToConfirm(req, res, transfer);
      res.type('html').send(transferredPage(transfer));
    },
  );
  return router;
}

/** @typedef {{ amount: string, to: string }} Transfer */

/**
 * @param {unknown} fields of a query or of a body
 * @returns {Transfer | undefined}
 */
function parse(fields) {
  const { amount, to } = /** @type {{ amount?: unknown, to?: unknown }} */ (Object(fields));
  const plain = typeof amount === 'number' ? String(amount) : amount;
  if (typeof plain !== 'string' || !/^(?=.*[1-9])\d{1,9}(\.\d{1,2})?$/.test(plain)) return undefined;
  if (typeof to !== 'string' || !/^[^\p{C}]{1,100}$/u.test(to) || to.trim() === '') return undefined;
  return { amount: plain, to };
}
