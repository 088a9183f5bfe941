/** Calls the app's `assess` for a login, with a deadline, and reports the signals that it raised. */
import { UnavailableError } from '../errors.js';
import { type Assessment, readAssessment } from '../options/assess.js';
import type { Claims } from '../protocol/claims.js';
import type { Decision } from '../protocol/decision.js';
import { within } from '../util/deadline.js';
import { warn } from '../util/warn.js';
import type { Exchange, Services } from './exchange.js';

/** Milliseconds that `assess` may take. */
const TIMEOUT_MS = 5000;

/**
 * Resolves with the decision about this login. `stepUp` becomes `deny` where nothing would enforce it: if no guard
 * accepts held logins, or if the login creates no session from which a guard could read it.
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
  if (decision === 'stepUp' && !services.acceptsHeldLogins) warnOfDenial(services);
  const canBeHeld = services.acceptsHeldLogins && options.session !== false && options.assignProperty === undefined;
  return decision === 'stepUp' && !canBeHeld ? 'deny' : decision;
}

/** Once: an app that forgot the `StepUp` would only see refused logins. */
function warnOfDenial(services: Services): void {
  if (services.hasWarnedOfDenial) return;
  services.hasWarnedOfDenial = true;
  warn('PBL_NO_STEP_UP', 'assess answered stepUp, and the strategy has no StepUp: the login is denied');
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
