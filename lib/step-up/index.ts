/** `passport-bound-link/step-up`: a second factor where the inbox is not enough. */

export type { Begun, Factor, Json, Person, Proof, Situation } from './factors/factor.js';
export type { Level } from './factors/levels.js';
export type { FactorNotice, NoticeType, Notify } from './flows/factor-notifier.js';
export type { Recovery } from './flows/management.js';
export type { EnrolledFactor, Overview, WaitingFactor } from './flows/overview.js';
export type { StepUpOptions } from './options.js';
export type {
  FactorChoice,
  FactorEntry,
  StepUpPageData,
  StepUpPageName,
  StepUpView,
  StepUpViews,
} from './pages/pages.js';
export { requireStepUp, type StepUpDemand } from './require.js';
export { stepUpRouter } from './routes/router.js';
export { type ContextOptions, currentContext, type StepUpContext, stepUpContext } from './session/context.js';
export { StepUp } from './step-up.js';
export type { FactorStore } from './store/factor-store.js';
export { MemoryFactorStore } from './store/memory.js';
export { RedisFactorStore } from './store/redis.js';
