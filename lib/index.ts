/** The public API of the package. */

export {
  type FaultCode,
  MagicLinkError,
  type Refusal,
  type RefusalCode,
  RefusedError,
  UnavailableError,
  type UnavailablePart,
} from './errors.js';
export { EVENT_CATALOGUE, type Evidence } from './events/catalogue.js';
export {
  EVENT_CHANNEL,
  type EventDetails,
  type EventListener,
  type Events,
  type EventType,
  type MagicLinkEvent,
  type Severity,
} from './events/events.js';
export type { AccountLimits } from './limits/account-lanes.js';
export type { LimitOptions } from './limits/limit-options.js';
export type { NetworkLimits } from './limits/network-limit.js';
export { DevInbox, type InboxMail } from './mail/dev-inbox.js';
export type { MailOptions } from './mail/mail-options.js';
export type { MayReceive } from './mail/mailer.js';
export type { MessageBody, MessageContext, RenderMessage } from './mail/message.js';
export type { NoticeContext, NoticeWords, RenderNotice } from './mail/notice.js';
export type { MailMessage, MailTransport } from './mail/transport.js';
export type { NoticeKind, NoticeOptions } from './notices/notice-options.js';
export type { AccountHooks } from './options/account-hooks.js';
export type { Assess, AssessContext, Assessment, RaisedSignal } from './options/assess.js';
export type { MagicLinkOptions } from './options/magic-link-options.js';
export type {
  Verified,
  Verify,
  VerifyCallback,
  VerifyCallbackWithRequest,
  VerifyDone,
  VerifyWithRequest,
} from './options/verify.js';
export type { OutstandingLink } from './protocol/account-links.js';
export type { BrowserFamily, Claims } from './protocol/claims.js';
export { type Decision, strictest } from './protocol/decision.js';
export type { ElsewhereHelp } from './protocol/outcomes.js';
export type { Sealer } from './protocol/sealer.js';
export type {
  Lane,
  LinkRef,
  LinkStore,
  LiveLink,
  MismatchedLink,
  NewLink,
  OpenResult,
  Presented,
  PresentedCode,
  RedeemByCodeResult,
  RedeemedLink,
  RedeemResult,
  UnusableLink,
  UsedLink,
  WindowCount,
  WindowCounter,
  WrongCode,
} from './protocol/store.js';
export { TOKEN_PATTERN } from './protocol/token.js';
export type { Authenticator } from './router/handlers.js';
export { magicLinkRouter, type RouterOptions } from './router/router.js';
export { authContext } from './session/auth-context.js';
export type { AuthContext, LoginFacts } from './session/session.js';
export { withDeadline } from './session/store-deadline.js';
export { MemoryStore, type MemoryStoreOptions } from './store/memory.js';
export { RedisStore, type RedisStoreOptions } from './store/redis.js';
export type { IoredisClient, NodeRedisClient, NodeRedisCluster, RedisClient } from './store/redis-client.js';
export type { AuthenticateOptions, MagicLinkOutcome } from './strategy/authenticate-options.js';
export type { AddressChange } from './strategy/change-address.js';
export type { InvitationOptions } from './strategy/invite.js';
export type { StrategyPort } from './strategy/port.js';
export { MagicLinkStrategy } from './strategy/strategy.js';
export { de } from './texts/de.js';
export { en } from './texts/en.js';
export type { FactorNoticeTexts, NoticeTexts, StepUpTexts, Texts } from './texts/texts.js';
export type { Palette, Theme, ThemeOptions } from './texts/theme.js';
export type { WarningCode } from './util/warn.js';
export type { PageData, PageName, RetryForm } from './web/page-data.js';
export type { View, Views } from './web/pages.js';
export { requireSameOrigin } from './web/same-origin.js';
