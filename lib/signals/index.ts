/** `passport-bound-link/signals`: what an app knows about a login, as one decision. */
export { type DormantOptions, dormant } from './dormant.js';
export { type MailDomainOptions, type MailResolver, mailDomainChanged } from './mail-domain.js';
export type { SignalContext, SignalProvider } from './provider.js';
export { type SignalOptions, type Signals, type SteppedUpLogin, signals } from './signals.js';
