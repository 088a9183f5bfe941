/** TOTP: what RFC 6238 and oathtool say of a code, and each used once. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { totp } from '../../../lib/step-up/factors/totp.js';
import { misuse } from '../../support/errors.js';
import { codeOf, fromBase32, wrongCode } from '../../support/totp.js';

const factor = totp();
const person = { id: '1', name: 'ada@example.com' };
const at = (seconds: number) => ({ person, origin: 'https://app.example.com', now: seconds * 1000 });

/** RFC 6238, appendix B, of SHA-1: the secret in base32, and the last six of the eight digits. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const VECTORS: [seconds: number, code: string][] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
];

const accepts = (seconds: number, code: unknown, lastStep = 0) =>
  factor.verify(at(seconds), { secret: RFC_SECRET, lastStep }, null, code);

test.each(VECTORS)('SU-04: the vector of RFC 6238 at %i s is accepted, and its step kept', async (seconds, code) => {
  expect(await accepts(seconds, code)).toEqual({
    credential: { secret: RFC_SECRET, lastStep: Math.floor(seconds / 30) },
    amr: ['otp'],
  });
  expect(codeOf(RFC_SECRET, seconds * 1000)).toBe(code);
});

test('oathtool makes the codes of the seeds that we make', async () => {
  for (let i = 0; i < 20; i++) {
    const { clientOptions } = await factor.beginEnrolment(at(0), []);
    const { secret } = clientOptions as { secret: string };
    const seconds = 1_700_000_000 + i * 12_345;
    const time = new Date(seconds * 1000).toISOString();
    const code = execFileSync('oathtool', ['--totp', '--base32', `--now=${time}`, secret], { encoding: 'utf8' }).trim();
    expect(await factor.finishEnrolment(at(seconds), { secret }, code)).toEqual({
      secret,
      lastStep: Math.floor(seconds / 30),
    });
  }
});

test('SU-06: a seed has 160 bits, and no two are the same', async () => {
  const secrets = await Promise.all(
    Array.from(
      { length: 200 },
      async () => ((await factor.beginEnrolment(at(0), [])).clientOptions as { secret: string }).secret,
    ),
  );
  for (const secret of secrets) expect(fromBase32(secret)).toHaveLength(20);
  expect(new Set(secrets).size).toBe(200);
});

test('the URI is what authenticator apps read, and the picture is of it', async () => {
  const { clientOptions } = await totp({ issuer: 'Acme & Co' }).beginEnrolment(at(0), []);
  const { secret, uri } = clientOptions as { secret: string; uri: string };
  const url = new URL(uri);
  expect(uri).toMatch(/^otpauth:\/\/totp\//);
  expect(decodeURIComponent(url.pathname)).toContain('ada@example.com');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ secret, issuer: 'Acme & Co' });
  expect(factor.qrCode?.(clientOptions)).toMatch(/^<svg .*<\/svg>$/s);
  // Without one, the issuer is the host.
  const plain = (await factor.beginEnrolment(at(0), [])).clientOptions as { uri: string };
  expect(new URL(plain.uri).searchParams.get('issuer')).toBe('app.example.com');
});

test('SU-05: one step either way is accepted, and no other', async () => {
  const now = 1_234_567_890;
  for (const steps of [-1, 0, 1]) expect(await accepts(now, codeOf(RFC_SECRET, now * 1000, steps))).toBeDefined();
  for (const steps of [-20, -3, -2, 2, 3, 20]) {
    expect(await accepts(now, codeOf(RFC_SECRET, now * 1000, steps))).toBeUndefined();
  }
  expect(await accepts(now, wrongCode(RFC_SECRET, now * 1000))).toBeUndefined();
});

test('SU-04: a step that was used is over, and so is every one before it', async () => {
  const now = 1_234_567_890;
  const step = Math.floor(now / 30);
  const used = await accepts(now, codeOf(RFC_SECRET, now * 1000));
  const { lastStep } = Object(used?.credential) as { lastStep: number };
  expect(lastStep).toBe(step);
  expect(await accepts(now, codeOf(RFC_SECRET, now * 1000), lastStep)).toBeUndefined();
  expect(await accepts(now, codeOf(RFC_SECRET, now * 1000, -1), lastStep)).toBeUndefined();
  expect(await accepts(now, codeOf(RFC_SECRET, now * 1000, 1), lastStep)).toMatchObject({
    credential: { lastStep: step + 1 },
  });
  // Also where the clock was set back: nothing is accepted until it is past the last step again.
  expect(await accepts(now - 86_400, codeOf(RFC_SECRET, (now - 86_400) * 1000), lastStep)).toBeUndefined();
});

test.each([undefined, null, 5924, '', '05924', '0005924', '00592a', ['005924'], { code: '005924' }, '٠٠٥٩٢٤', ' '])(
  'what is no code of six digits is wrong, and no error: %j',
  async (code) => {
    expect(await accepts(1_234_567_890, code)).toBeUndefined();
  },
);

test('a code may be typed in two halves', async () => {
  expect(await accepts(1_234_567_890, '005 924')).toBeDefined();
});

test.each([
  [{ issuer: '' }, 'issuer must be a name'],
  [{ issuer: 5 }, 'issuer must be a name'],
  [{ isuer: 'Acme' }, "totp has no option 'isuer'; did you mean issuer?"],
])('a wrong option is a TypeError that names the right one: %j', (options, message) => {
  expect(() => totp(options as object)).toThrow(misuse(message));
});
