/** Finds settings that make links fail or weaken them in a deployed app, and reports each once, with its cure. */
import type { RequestHandler } from 'express';
import { MagicLinkStrategy } from '../strategy/strategy.js';
import { checkNames, isFunction, namesOf, need } from '../util/check.js';
import { warn } from '../util/warn.js';
import { type Finding, type FindingCode, finding } from './findings.js';
import { checkRequest, watchAnswer } from './request-checks.js';
import { checkStore } from './store-checks.js';

export type { Finding, FindingCode } from './findings.js';

export interface DoctorOptions {
  /** Called once with each finding. Default: a process warning with the code `PBL_DOCTOR`. */
  report?: (finding: Finding) => void;
}

/** The number of requests to check. Problems show early, and later requests cost nothing. */
const REQUESTS = 1000;
/** Milliseconds between two checks of the store. */
const STORE_INTERVAL = 60_000;

/**
 * Returns a middleware. Put it after express-session and before the login: `app.use(doctor(strategy))`. It sends no
 * answer, changes nothing, and never fails a request.
 * @throws TypeError for a missing strategy and for a wrong option
 */
export function doctor(strategy: MagicLinkStrategy, options: DoctorOptions = {}): RequestHandler {
  need(strategy instanceof MagicLinkStrategy, 'doctor takes the strategy first: app.use(doctor(strategy))');
  checkNames('doctor', options, namesOf<DoctorOptions>({ report: true }));
  const { report = warnOf } = options;
  need(isFunction(report), 'report must be a function of a finding');
  const { port } = strategy;
  const { clock } = port;
  const told = new Set<FindingCode>();
  const found = (code: FindingCode) => {
    if (told.has(code)) return;
    told.add(code);
    report(finding(code));
  };

  let looked = 0;
  let storeLookedAt = Number.NEGATIVE_INFINITY;
  return (req, res, next) => {
    if (looked < REQUESTS) {
      looked++;
      checkRequest(req, port, found);
      watchAnswer(req, res, found);
    }
    if (clock() - storeLookedAt >= STORE_INTERVAL) {
      storeLookedAt = clock();
      // A store that does not answer is no finding. It has an event of its own.
      checkStore(port, found).catch(() => undefined);
    }
    next();
  };
}

/** Links to the finding's own heading, because all findings share one warning code. */
const warnOf = ({ code, message }: Finding) => warn('PBL_DOCTOR', `${code}: ${message}`, code);
