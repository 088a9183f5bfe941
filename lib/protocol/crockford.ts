/** Crockford's base 32, in which codes are written for people to read and type. */

/** Without I, L, O and U: no letter looks like a digit. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Five bytes are eight characters of five bits, with no bit left over. */
const GROUP_BYTES = 5;
const GROUP_CHARACTERS = 8;

/** Each character stands for five bits, so evenly distributed bytes give evenly distributed characters. */
export function encodeCrockford(bytes: Buffer): string {
  let digits = '';
  for (let at = 0; at < bytes.length; at += GROUP_BYTES) {
    digits += bytes.readUIntBE(at, GROUP_BYTES).toString(32).padStart(GROUP_CHARACTERS, '0');
  }
  return digits.replace(/./g, (digit) => ALPHABET[Number.parseInt(digit, 32)] as string);
}

/** Bytes that make a code of so many characters, a multiple of eight. */
export const bytesForCrockford = (characters: number): number => (characters / GROUP_CHARACTERS) * GROUP_BYTES;

/** In groups of four, as people read and type a code: `ABCD-EFGH`. */
export const spellCode = (code: string): string => code.replace(/.{4}(?=.)/g, '$&-');

/** Characters; no person types more. */
const MAX_TYPED = 64;

/**
 * The code that was meant, in upper case and without groups. Spaces, punctuation (every dash and U+2212 included) and
 * invisible characters are removed; O is read as 0, I and L as 1. The caller checks the length.
 * Undefined if another character is left. Never throws.
 */
export function readCrockford(typed: string): string | undefined {
  if (typed.length > MAX_TYPED) return undefined;
  const code = typed
    .normalize('NFKC')
    .replace(/[\s\p{P}\p{Cf}\u2212]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return [...code].every((character) => ALPHABET.includes(character)) ? code : undefined;
}
