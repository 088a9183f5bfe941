/** The public surface, and nothing else. */
export type { AccountHooks } from './account-hooks.js';
export type { AddressChange } from './actions/change-address.js';
export type { InvitationOptions } from './actions/invite.js';
export { type Part, type Refusal, type RefusalCode, RefusedError, UnavailableError } from './errors.js';
export { EVENT_CATALOGUE, type Evidence } from './event-catalogue.js';
export {
  EVENT_CHANNEL,
  type EventDetails,
  type EventListener,
  type Events,
  type EventType,
  type MagicLinkEvent,
  type Severity,
} from './events.js';
export type { AccountLimits } from './limits/account-lanes.js';
export type { LimitOptions } from './limits/limit-options.js';
export type { NetworkLimits } from './limits/network-limit.js';
export type { Look, LookOptions, Palette } from './look.js';
export { DevInbox, type InboxMail } from './mail/dev-inbox.js';
export type { MailOptions } from './mail/mail-options.js';
export type { MailMessage, MailTransport, MayReceive } from './mail/mailer.js';
export type { MessageBody, MessageContext, RenderMessage } from './mail/message.js';
export type { NoticeContext, NoticeWords, RenderNotice } from './mail/notice.js';
export type { NoticeKind, NoticeOptions } from './notices/notice-options.js';
export type {
  Done,
  MagicLinkOptions,
  Verify,
  VerifyCallback,
  VerifyCallbackWithRequest,
  VerifyWithRequest,
} from './options.js';
export type { BrowserFamily, Claims } from './protocol/claims.js';
export type { ElsewhereHelp, OutstandingLink } from './protocol/magic-link.js';
export type {
  Judged,
  JudgedCode,
  Lane,
  LinkRef,
  LinkStore,
  LiveLink,
  NewLink,
  Presented,
  PresentedCode,
  ScriptClient,
} from './protocol/store.js';
export { TOKEN_PATTERN } from './protocol/token.js';
export type { AuthenticateOptions, MagicLinkOutcome } from './request.js';
export { type Authenticator, magicLinkRouter, type RouterOptions } from './router.js';
export { authContext } from './session/auth-context.js';
export type { AuthContext, LoginFacts } from './session/session.js';
export { MemoryStore, type MemoryStoreOptions } from './store/memory.js';
export { RedisStore, type RedisStoreOptions } from './store/redis.js';
export type { IoredisClient, NodeRedisClient, NodeRedisCluster, RedisClient } from './store/redis-client.js';
export { MagicLinkStrategy } from './strategy.js';
export { de } from './texts/de.js';
export { en } from './texts/en.js';
export type { NoticeTexts, Texts } from './texts/texts.js';
export type { Again, PageData, PageName, View, Views } from './web/pages.js';
export { requireSameOrigin } from './web/same-origin.js';
