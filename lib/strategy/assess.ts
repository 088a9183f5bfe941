/** Asks the app's `assess` about a login, in time, and reports what it raised. */
import { UnavailableError } from '../errors.js';
import { type Assessment, readAssessment } from '../options/assess.js';
import type { Claims } from '../protocol/claims.js';
import type { Decision } from '../protocol/decision.js';
import { within } from '../util/deadline.js';
import type { Exchange } from './exchange.js';

/** Milliseconds that `assess` may take. */
const TIMEOUT_MS = 5000;

/**
 * Resolves with the decision about this login. A hold that nothing would enforce is a denial: where no guard accepts held
 * logins, and where no session is made that a guard could read it from.
 * @throws UnavailableError if `assess` throws or is late, so that an outage neither lets people in nor refuses them
 */
export async function assess(exchange: Exchange, user: unknown, claims: Claims): Promise<Decision> {
  const { events, options, services } = exchange;
  const { decision, raised } = await ask(exchange, user, claims);
  const about = { account: claims.account, link: claims.recordId };
  for (const { reason, decision: each, evidence } of raised) {
    const details = { ...about, reason, decision: each, ...(evidence !== undefined && { evidence }) };
    events.report('signal.raised', details, each === 'deny' ? 'high' : 'warning');
  }
  const canBeHeld = services.acceptsHeldLogins && options.session !== false && options.assignProperty === undefined;
  return decision === 'stepUp' && !canBeHeld ? 'deny' : decision;
}

async function ask(exchange: Exchange, user: unknown, claims: Claims): Promise<Assessment> {
  const { req, config, accountLinks } = exchange;
  const accountTags = accountLinks.accountTags(claims.address);
  try {
    return await within(TIMEOUT_MS, async ({ signal }) =>
      readAssessment(await config.assess({ claims, user, req, accountTags, signal })),
    );
  } catch (cause) {
    throw new UnavailableError('assess', { cause });
  }
}
