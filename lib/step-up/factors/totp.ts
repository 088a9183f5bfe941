/** TOTP (RFC 6238): six digits from an authenticator app, each step's used once. */
import { generateURI, ScureBase32Plugin, verifySync } from 'otplib';
import { renderSVG } from 'uqr';
import { random } from '../../protocol/crypto.js';
import { checkNames, namesOf, need } from '../../util/check.js';
import type { Factor } from './factor.js';

export interface TotpOptions {
  /** What authenticator apps show beside the code. Default: the origin's host. */
  issuer?: string;
}

/** 160 bits, as RFC 4226 4 recommends. */
const SEED_BYTES = 20;
/** Seconds a step; also how far a clock or a person may be off, which makes it one step either way (RFC 6238 5.2). */
const STEP = 30;

type Credential = {
  readonly secret: string;
  /** The last step of which a code was accepted. */
  readonly lastStep: number;
};

const base32 = new ScureBase32Plugin();

/**
 * Needs the packages `otplib` and `uqr`. SHA-1, six digits, 30 s: what every authenticator app can.
 * @throws TypeError for a wrong option
 */
export function totp(options: TotpOptions = {}): Factor {
  checkNames('totp', options, namesOf<TotpOptions>({ issuer: true }));
  const { issuer } = options;
  need(issuer === undefined || (typeof issuer === 'string' && issuer !== ''), 'issuer must be a name');
  return {
    name: 'totp',
    label: ({ stepUp }) => stepUp.labels.totp,
    level: 2,
    multiple: false,
    guessable: true,

    beginEnrolment({ person, origin }) {
      const secret = base32.encode(random(SEED_BYTES), { padding: false });
      const uri = generateURI({ issuer: issuer ?? new URL(origin).host, label: person.name, secret });
      return { serverState: { secret }, clientOptions: { secret, uri } };
    },

    finishEnrolment({ now }, serverState, response) {
      const { secret } = serverState as { secret: string };
      return accepted({ secret, lastStep: 0 }, response, now);
    },

    verify({ now }, credential, _kept, response) {
      const used = accepted(credential as Credential, response, now);
      return used && { credential: used, amr: ['otp'] };
    },

    qrCode: (clientOptions) => renderSVG((clientOptions as { uri: string }).uri, { border: 2 }),
  };
}

/** The credential with this code's step as its last; undefined for a wrong code, or one of a step that is over. */
function accepted({ secret, lastStep }: Credential, code: unknown, now: number): Credential | undefined {
  const digits = typeof code === 'string' ? code.replaceAll(' ', '') : '';
  if (!/^\d{6}$/.test(digits)) return undefined;
  const epoch = Math.floor(now / 1000);
  // A clock that was set back: otplib throws where no step can be right any more.
  if (lastStep > Math.floor(epoch / STEP) + 1) return undefined;
  const result = verifySync({ secret, token: digits, epoch, epochTolerance: STEP, afterTimeStep: lastStep });
  return result.valid && 'timeStep' in result ? { secret, lastStep: result.timeStep } : undefined;
}
