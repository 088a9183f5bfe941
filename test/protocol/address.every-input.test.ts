/** What holds for every address that `parseAddress` takes: over all code points, and of any string at all. */
import { domainToUnicode } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../lib/protocol/address.js';

describe('IN-12: over all code points, no two mailboxes share an address', () => {
  const codePoints = Array.from({ length: 0x11_0000 }, (_, code) => String.fromCodePoint(code));
  const asciiLowerCase = (text: string) =>
    text.replace(/[A-Z]/g, (upper) => String.fromCharCode(upper.charCodeAt(0) + 32));

  const acceptedBeforeAt = codePoints.flatMap((character) => {
    const input = `x${character}y@example.com`;
    const parsed = parseAddress(input);
    return parsed ? [{ character, input, ...parsed }] : [];
  });

  test('before the @ an accepted input is its address but for ASCII case', () => {
    expect(acceptedBeforeAt.length).toBeGreaterThan(64);
    expect(acceptedBeforeAt.filter(({ input, address }) => address !== asciiLowerCase(input))).toEqual([]);
  });

  test('before the @ only a + makes the mailbox shorter than the address', () => {
    const shorter = acceptedBeforeAt.filter(({ address, mailbox }) => mailbox !== address);
    expect(shorter).toMatchObject([{ character: '+', mailbox: 'x@example.com' }]);
  });

  test('in the domain two inputs share an address only where Unicode folds them into one', () => {
    // Unicode's own folding, found without IDNA: the full stop of UTS 46 comes on top.
    const fold = (text: string) =>
      text
        .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
        .normalize('NFKC')
        .toLowerCase()
        .toUpperCase()
        .toLowerCase()
        .normalize('NFKC')
        .replaceAll('\u3002', '.');
    const wrong = codePoints.filter((character) => {
      const domain = `x${character}y.example`;
      const [, host] = parseAddress(`a@${domain}`)?.address.split('@') ?? [];
      return host !== undefined && fold(domainToUnicode(host)) !== fold(domain);
    });
    expect(wrong).toEqual([]);
  });

  test('IN-04: none that is a control, a format or a space is accepted in the domain', () => {
    const stray = codePoints.filter((character) => /[\p{C}\p{Z}]/u.test(character));
    expect(stray.filter((character) => parseAddress(`a@x${character}y.example`))).toEqual([]);
  });
});

describe('of any string at all', () => {
  // Dense in what matters, so that many are accepted and many nearly are.
  const piece = fc.string({
    unit: fc.constantFrom(...'aZ09.-_+@%!,;<"\\ \r\0/#'.split(''), 'é', 'ß', '＠', '。', 'K', '\u{e0100}'),
    maxLength: 12,
  });
  const nearly = fc.tuple(piece, piece).map(([local, domain]) => `${local}@${domain}.example`);
  const anything = fc.oneof(nearly, piece, fc.emailAddress(), fc.string({ unit: 'binary' }));
  const holds = (property: (input: string, parsed: { address: string; mailbox: string }) => void) =>
    fc.assert(
      fc.property(anything, (input) => {
        const parsed = parseAddress(input);
        if (parsed) property(input, parsed);
      }),
      { numRuns: 5000 },
    );

  test('an address is its own address', () => {
    holds((_input, parsed) => expect(parseAddress(parsed.address)).toEqual(parsed));
  });

  test('an address is printable ASCII in lower case with exactly one @', () => {
    holds((_input, { address }) => expect(address).toMatch(/^[!-?[-~]+@[a-z0-9.-]+$/));
  });

  test('an address keeps the typed part before the @', () => {
    holds((input, { address }) => expect(address.split('@')[0]).toBe(input.split('@')[0]?.toLowerCase()));
  });

  test('a mailbox is the address without its tag', () => {
    holds((_input, parsed) => expect(parsed.mailbox).toBe(parsed.address.replace(/^(.[^+]*)\+.*@/, '$1@')));
  });
});
