/** TOTP (RFC 6238): six digits from an authenticator app. The code of each step is used once. */
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
/** Seconds of a step. A code of the step before or after counts too, for clocks that are off (RFC 6238 5.2). */
const STEP = 30;

type Credential = {
  readonly secret: string;
  /** The step of the last accepted code. */
  readonly lastStep: number;
};

const base32 = new ScureBase32Plugin();

/**
 * Needs the packages `otplib` and `uqr`. Uses SHA-1, six digits and 30 s, which every authenticator app supports.
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

    verify({ now }, credential, _serverState, response) {
      const used = accepted(credential as Credential, response, now);
      return used && { credential: used, amr: ['otp'] };
    },

    qrCode: (clientOptions) => renderSVG((clientOptions as { uri: string }).uri, { border: 2 }),
  };
}

/** The credential with this code's step as its last. Undefined for a wrong code, or the code of an earlier step. */
function accepted({ secret, lastStep }: Credential, code: unknown, now: number): Credential | undefined {
  const digits = typeof code === 'string' ? code.replaceAll(' ', '') : '';
  if (!/^\d{6}$/.test(digits)) return undefined;
  const epoch = Math.floor(now / 1000);
  // After a clock is set back, otplib throws if every step that could be right is before `lastStep`.
  if (lastStep > Math.floor(epoch / STEP) + 1) return undefined;
  const result = verifySync({ secret, token: digits, epoch, epochTolerance: STEP, afterTimeStep: lastStep });
  return result.valid && 'timeStep' in result ? { secret, lastStep: result.timeStep } : undefined;
}
