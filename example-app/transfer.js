// A transfer: what the inbox alone must not be able to do.
import express from 'express';
import { requireSameOrigin } from 'passport-bound-link';
import { confirmTransferPage, transferPage, transferredPage } from './pages.js';

/**
 * A person sees amount and payee on a page of their own, and its button sends exactly these: the page holds the two,
 * sealed for this session, and anything else is shown first. After a step-up a person comes back to that page, and
 * nothing has been sent. A program confirms by what it sends.
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
  // Refused, a POST is not repeated: the person comes back to the form.
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
