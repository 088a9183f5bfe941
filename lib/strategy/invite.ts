/** Mails an invitation: a link that begins an ordinary login in whichever browser opens it. */

import { UnavailableError } from '../errors.js';
import { parseAddress } from '../protocol/address.js';
import { sealInvitation } from '../protocol/invitation.js';
import { accountOf } from '../protocol/keys.js';
import { parseReturnTo } from '../protocol/return-to.js';
import { checkNames, namesOf, need, wholeNumber } from '../util/check.js';
import { checkState } from './authenticate-options.js';
import type { Services } from './exchange.js';

export interface InvitationOptions {
  /** One plain address. `mayReceive` is not called, because the app has chosen the address. */
  address: string;
  /** The return target of the login, a path of the origin. */
  returnTo?: string;
  /** A text of the app's choice, 1,024 characters at most. The login's claims contain it. */
  state?: string;
  /** The invitation's lifetime in seconds, 60 to 2,592,000 (30 days). Default 604,800 (7 days). */
  ttl?: number;
  /** The tag of one of `languages`. Default: the first. */
  language?: string;
}

const NAMES = namesOf<InvitationOptions>({ address: true, returnTo: true, state: true, ttl: true, language: true });
const MIN_TTL = 60;
const MAX_TTL = 30 * 24 * 60 * 60;

export function invite({ config, delivery }: Services, options: InvitationOptions): void {
  checkNames('invite', options, NAMES);
  const { keyring, origin, loginPath, languages, clock } = config;
  const { ttl = 7 * 24 * 60 * 60, language } = options;
  const parsed = parseAddress(options.address);
  need(parsed, 'invite.address must be one plain email address');
  const returnTo = parseReturnTo(origin, options.returnTo);
  need(returnTo !== undefined || options.returnTo === undefined, 'invite.returnTo must be a path of the origin');
  wholeNumber('invite.ttl', 'seconds', ttl, { min: MIN_TTL, max: MAX_TTL });
  const state = checkState(options.state);
  const isKnown = language === undefined || languages.tags.includes(language);
  need(isKnown, `invite.language must be one of: ${languages.tags.join(', ')}`);

  const reservation = delivery.reserve();
  if (!reservation) throw new UnavailableError('outbox');
  const { address, mailbox } = parsed;
  const now = clock();
  const expiresAt = now + ttl * 1000;
  const sealed = sealInvitation(keyring, { address, returnTo, state }, expiresAt);
  reservation.send({
    kind: 'invitation',
    address,
    requestedAt: now,
    expiresAt,
    account: accountOf(keyring.current, mailbox),
    recordId: undefined,
    link: `${origin}${loginPath}?invite=${sealed}`,
    requestedIn: undefined,
    code: undefined,
    notMe: undefined,
    texts: languages.named(language),
  });
}
