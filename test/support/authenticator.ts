/** An authenticator for passkeys, as WebAuthn Level 3 describes one, that can be told to lie. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** What of an answer is to be other than it should. */
export interface Lies {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  /** The person was there, and was not verified. */
  unverified?: boolean;
  /** What the signature counter says; default: one more than last time. */
  counter?: number;
  /** Signs with another key. */
  otherKey?: boolean;
}

interface Options {
  challenge: string;
  rpId?: string;
  rp?: { id: string };
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

export class Authenticator {
  readonly id = randomBytes(16).toString('base64url');
  #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  #counter = 0;

  constructor(readonly origin: string) {}

  /** `navigator.credentials.create()`, as JSON. */
  create(options: Options, lies: Lies = {}) {
    const id = Buffer.from(this.id, 'base64url');
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    // COSE (RFC 9053 7.1.1): kty EC2, alg ES256, crv P-256, x, y.
    const key = Buffer.concat([
      Buffer.from('a5010203262001215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const attested = Buffer.concat([Buffer.alloc(16), length, id, key]);
    const data = this.#data(options, lies, ATTESTED, attested);
    const size = Buffer.alloc(2);
    size.writeUInt16BE(data.length);
    const attestationObject = Buffer.concat([
      Buffer.from('a3', 'hex'),
      text('fmt'),
      text('none'),
      text('attStmt'),
      Buffer.from('a0', 'hex'),
      text('authData'),
      Buffer.from('59', 'hex'),
      size,
      data,
    ]);
    return this.#credential({
      clientDataJSON: this.#clientData('webauthn.create', options, lies),
      attestationObject: attestationObject.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** `navigator.credentials.get()`, as JSON. */
  get(options: Options, lies: Lies = {}) {
    const data = this.#data(options, lies);
    const clientDataJSON = this.#clientData('webauthn.get', options, lies);
    const hash = createHash('sha256').update(Buffer.from(clientDataJSON, 'base64url')).digest();
    const { privateKey } = lies.otherKey ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : this.#keys;
    return this.#credential({
      clientDataJSON,
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', Buffer.concat([data, hash]), privateKey).toString('base64url'),
    });
  }

  #data({ rpId, rp }: Options, lies: Lies, flags = 0, more = Buffer.alloc(0)): Buffer {
    const counter = Buffer.alloc(4);
    this.#counter = lies.counter ?? this.#counter + 1;
    counter.writeUInt32BE(this.#counter);
    const hash = createHash('sha256')
      .update(lies.rpId ?? rpId ?? rp?.id ?? '')
      .digest();
    const seen = PRESENT | (lies.unverified ? 0 : VERIFIED) | flags;
    return Buffer.concat([hash, Buffer.from([seen]), counter, more]);
  }

  #clientData(type: string, { challenge }: Options, lies: Lies): string {
    const data = {
      type: lies.type ?? type,
      challenge: lies.challenge ?? challenge,
      origin: lies.origin ?? this.origin,
      crossOrigin: false,
    };
    return Buffer.from(JSON.stringify(data)).toString('base64url');
  }

  #credential(response: object) {
    return { id: this.id, rawId: this.id, type: 'public-key', clientExtensionResults: {}, response };
  }
}

/** A CBOR text string of less than 24 bytes. */
const text = (value: string) => Buffer.concat([Buffer.from([0x60 + value.length]), Buffer.from(value)]);
