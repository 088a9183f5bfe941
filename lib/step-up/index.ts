/** `passport-bound-link/step-up`: a second factor where the inbox is not enough. */
export { type ContextOptions, currentContext, type StepUpContext, stepUpContext } from './context.js';
export type { Begun, Factor, Json, Person, Proof, Situation } from './factor.js';
export type { FactorStore } from './factor-store.js';
export type { Level } from './levels.js';
export { MemoryFactorStore } from './memory-store.js';
export type { FactorNotice, NoticeType, Notify } from './notices.js';
export type { StepUpOptions } from './options.js';
export type { EnrolledFactor, Overview, WaitingFactor } from './overview.js';
export type { FactorChoice, FactorEntry, StepUpPageData, StepUpPageName, StepUpView, StepUpViews } from './pages.js';
export { RedisFactorStore } from './redis-store.js';
export { requireStepUp, type StepUpDemand } from './require-step-up.js';
export { stepUpRouter } from './router.js';
export { StepUp } from './step-up.js';
export type { Recovery } from './upkeep.js';
