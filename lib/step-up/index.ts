/** `passport-bound-link/step-up`: a second factor where the inbox is not enough. */

export type { Level } from '../session/levels.js';
export type { Begun, Factor, Json, Person, Proof, Situation } from './factors/factor.js';
export type { FactorNotice, NoticeType, Notify } from './flows/factor-notifier.js';
export type { Recovery } from './flows/management.js';
export type { EnrolledFactor, Overview, WaitingFactor } from './flows/overview.js';
export type { SteppedUp, StepUpOptions } from './options.js';
export type {
  FactorChoice,
  FactorEntry,
  StepUpPageData,
  StepUpPageName,
  StepUpView,
  StepUpViews,
} from './pages/page-data.js';
export type { StepUpDemand } from './require.js';
export { type CurrentContextOptions, type StepUpContext, stepUpContext } from './session/context.js';
export { StepUp } from './step-up.js';
export type { FactorStore } from './store/factor-store.js';
export { MemoryFactorStore } from './store/memory.js';
export { RedisFactorStore } from './store/redis.js';
