/** Notices what makes links fail or weak in a deployed app, and says each once, with its cure. */
import type { RequestHandler } from 'express';
import type { MagicLinkStrategy } from '../strategy/strategy.js';
import { checkNames, isFunction, namesOf, need } from '../util/check.js';
import { warn } from '../util/warn.js';
import { type Finding, type FindingCode, finding } from './findings.js';
import { checkRequest, watchAnswer } from './request-checks.js';
import { checkStore } from './store-checks.js';

export type { Finding, FindingCode } from './findings.js';

export interface DoctorOptions {
  /** Told each finding once. Default: a process warning with the code `PBL_DOCTOR`. */
  report?: (finding: Finding) => void;
}

/** Requests that are looked at; what is wrong shows early, and later ones cost nothing. */
const REQUESTS = 1000;
/** Milliseconds between two looks at the store. */
const STORE_INTERVAL = 60_000;

/**
 * Put it after express-session and before the login: `app.use(doctor(strategy))`. It answers nothing,
 * changes nothing, and never fails a request.
 * @throws TypeError for a wrong option
 */
export function doctor(strategy: MagicLinkStrategy, options: DoctorOptions = {}): RequestHandler {
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
      // A store that does not answer has its own event; here there is just nothing to find.
      checkStore(port, found).catch(() => undefined);
    }
    next();
  };
}

/** Linked to the finding's own heading, because all findings share one warning code. */
const warnOf = ({ code, message }: Finding) => warn('PBL_DOCTOR', `${code}: ${message}`, code);
