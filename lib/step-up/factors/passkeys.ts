/** Passkeys (WebAuthn Level 3), with user verification: two factors in one device, bound to this origin. */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { checkNames, namesOf, need } from '../../util/check.js';
import type { Factor, Json } from './factor.js';

export interface PasskeyOptions {
  /** What the browser's dialog says the passkey is for. Default: the origin's host. */
  rpName?: string;
}

type Credential = {
  readonly id: string;
  /** base64url */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
};

/** EdDSA, ES256, RS256. Fixed, so that all servers of an app accept the same, whatever their Node supports. */
const ALGORITHMS = [-8, -7, -257];

/** RFC 8176. Without attestation it is unknown whether the key is in hardware, so neither `hwk` nor `swk`. */
const AMR = ['pop', 'user', 'mfa'];

/**
 * Needs the package `@simplewebauthn/server`.
 * @throws TypeError for a wrong option
 */
export function passkeys(options: PasskeyOptions = {}): Factor {
  checkNames('passkeys', options, namesOf<PasskeyOptions>({ rpName: true }));
  const { rpName } = options;
  need(rpName === undefined || (typeof rpName === 'string' && rpName !== ''), 'rpName must be a name');

  return {
    name: 'passkey',
    label: ({ stepUp }) => stepUp.labels.passkey,
    level: 3,
    multiple: true,
    guessable: false,

    async beginEnrolment({ person, origin }, credentials) {
      const clientOptions = await generateRegistrationOptions({
        rpName: rpName ?? new URL(origin).host,
        rpID: rpIdOf(origin),
        userName: person.name,
        excludeCredentials: credentials.map(known),
        attestationType: 'none',
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
        supportedAlgorithmIDs: ALGORITHMS,
      });
      return { serverState: clientOptions.challenge, clientOptions: clientOptions as unknown as Json };
    },

    async finishEnrolment({ origin }, serverState, response) {
      const { verified, registrationInfo } = await orNothing(() =>
        verifyRegistrationResponse({
          response: response as RegistrationResponseJSON,
          expectedChallenge: serverState as string,
          expectedOrigin: origin,
          expectedRPID: rpIdOf(origin),
          requireUserVerification: true,
          supportedAlgorithmIDs: ALGORITHMS,
        }),
      );
      if (!verified || !registrationInfo) return undefined;
      const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
      return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, transports: names(transports) };
    },

    async challenge({ origin }, credentials) {
      const clientOptions = await generateAuthenticationOptions({
        rpID: rpIdOf(origin),
        allowCredentials: credentials.map(known),
        userVerification: 'required',
      });
      return { serverState: clientOptions.challenge, clientOptions: clientOptions as unknown as Json };
    },

    async verify({ origin }, credential, serverState, response) {
      const { id, publicKey, counter } = credential as Credential;
      if ((response as { id?: unknown } | null)?.id !== id) return undefined;
      // Checks signature, challenge, origin, RP ID, user verification and a higher counter (WebAuthn 7.2).
      const { verified, authenticationInfo } = await orNothing(() =>
        verifyAuthenticationResponse({
          response: response as AuthenticationResponseJSON,
          expectedChallenge: serverState as string,
          expectedOrigin: origin,
          expectedRPID: rpIdOf(origin),
          credential: { id, publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')), counter },
          requireUserVerification: true,
        }),
      );
      if (!verified || !authenticationInfo) return undefined;
      return { credential: { ...(credential as Credential), counter: authenticationInfo.newCounter }, amr: AMR };
    },
  };
}

const rpIdOf = (origin: string): string => new URL(origin).hostname;

const known = (credential: Json) => {
  const { id, transports } = credential as Credential;
  return { id, transports: [...transports] };
};

/** The browser chooses these words, so they are checked and bounded. */
const names = (transports: readonly unknown[]): string[] =>
  transports.filter((name): name is string => typeof name === 'string' && /^[\w-]{1,20}$/.test(name)).slice(0, 8);

/** The package throws for every wrong response. Here a wrong response is a refusal, not an error. */
const orNothing = <T extends object>(verify: () => Promise<T>): Promise<Partial<T>> => verify().catch(() => ({}));
