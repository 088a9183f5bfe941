/** An invitation from code: a mail whose link begins an ordinary login, wherever it is opened. */

import { UnavailableError } from '../errors.js';
import { parseAddress } from '../protocol/address.js';
import { sealInvitation } from '../protocol/invitation.js';
import { accountOf } from '../protocol/keys.js';
import { parseReturnTo } from '../protocol/return-to.js';
import { checkNames, namesOf, need, wholeNumber } from '../util/check.js';
import { checkState } from './authenticate-options.js';
import type { Services } from './exchange.js';

export interface InvitationOptions {
  /** One plain address. `mayReceive` is not asked: the app has chosen it. */
  address: string;
  /** Where the login leads, a path of the origin. */
  returnTo?: string;
  /** The app's own words, 1,024 characters at most, brought back in the claims. */
  state?: string;
  /** Seconds that the invitation holds, 60 to 2,592,000 (30 days). Default 604,800 (7 days). */
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
