/** What all requests to one StepUp share. */
import type { StrategyPort } from '../strategy/port.js';
import { secondsOf } from '../util/seconds.js';
import { Enrolment } from './flows/enrolment.js';
import { FactorNotifier } from './flows/factor-notifier.js';
import { Management } from './flows/management.js';
import { type Overview, overviewOf } from './flows/overview.js';
import { Proofs } from './flows/proofs.js';
import { parseStepUp, type StepUpConfig, type StepUpOptions } from './options.js';
import { Challenges } from './store/challenges.js';
import { Records } from './store/records.js';

export interface Services {
  readonly config: StepUpConfig;
  readonly records: Records;
  readonly enrolment: Enrolment;
  readonly proofs: Proofs;
  readonly management: Management;
  /** @throws UnavailableError when the store does not answer */
  readonly overview: (userId: string) => Promise<Overview>;
}

/** @throws TypeError for a wrong, unknown, missing or misspelt option */
export function createServices(port: StrategyPort, options: StepUpOptions): Services {
  const config = parseStepUp(options, port);
  const { store, factors, notify, coolingOff, recovery, origin, clock } = config;
  const records = new Records({ store, sealers: port.sealers('step-up'), origin, clock });
  const accountOf = (address: string) => port.accountTags(address)[0];
  const notifier = new FactorNotifier({ records, factors, clock, notify, accountOf });
  const flow = { records, challenges: new Challenges(records, clock), notifier, origin, clock };
  return {
    config,
    records,
    enrolment: new Enrolment({ ...flow, coolingOff }),
    proofs: new Proofs(flow),
    management: new Management({ ...flow, recovery }),
    overview: async (userId) => overviewOf(await records.read(userId), factors.values(), secondsOf(clock)),
  };
}
