/** Options of a wrong name: refused, and the right one named. */
import { describe, expect, test } from 'vitest';
import { parseOptions } from '../../lib/options/options.js';
import { misuse } from '../support/errors.js';
import { deliver, parseMail, parseOdd, required, verify } from '../support/options.js';

describe('PK-04: an unknown name is refused, and the right one named', () => {
  test.each([
    ['TTL', 'ttl'],
    ['tll', 'ttl'],
    ['secrets', 'secret'],
    ['orgin', 'origin'],
    ['callbackpath', 'callbackPath'],
    ['callbackPaths', 'callbackPath'],
    ['stores', 'store'],
    ['mails', 'mail'],
    ['dangerouslyLongTTL', 'dangerouslyLongTtl'],
    ['confirms', 'confirm'],
    ['otherBrowsers', 'otherBrowser'],
    ['mayRecieve', 'mayReceive'],
    ['verifystyle', 'verifyStyle'],
    ['passReqToCallbak', 'passReqToCallback'],
    ['view', 'views'],
    ['clok', 'clock'],
    ['themes', 'theme'],
    ['langauges', 'languages'],
    ['langage', 'language'],
    ['isFirstProff', 'isFirstProof'],
    ['onFirstProofs', 'onFirstProof'],
    ['endSession', 'endSessions'],
  ])('%s: did you mean %s?', (name, right) => {
    const message = `MagicLinkStrategy has no option '${name}'; did you mean ${right}?`;
    expect(() => parseOdd({ [name]: 1 })).toThrow(misuse(message));
  });

  test.each(['colour', '__proto__', 'constructor', 'toString', 'branding'])('%s: all names are listed', (name) => {
    // As JSON.parse would make it: an own key, whatever its name.
    const odd = Object.defineProperty({ ...required }, name, { value: 1, enumerable: true });
    expect(() => parseOptions(odd, verify)).toThrow(
      /^MagicLinkStrategy has no option '\w+'; there are: name, secret, /,
    );
  });

  test.each([
    ['form', 'from'],
    ['replyto', 'replyTo'],
    ['timeoutMS', 'timeoutMs'],
    ['transporter', 'transport'],
    ['codes', 'code'],
  ])('mail.%s: did you mean %s?', (name, right) => {
    const attempt = () => parseMail({ deliver, [name]: 1 });
    expect(attempt).toThrow(misuse(`mail has no option '${name}'; did you mean ${right}?`));
  });

  test.each([
    ['forms', 'form'],
    ['notme', 'notMe'],
    ['codes', 'code'],
  ])('views.%s: did you mean %s?', (name, right) => {
    const message = `views has no option '${name}'; did you mean ${right}?`;
    expect(() => parseOdd({ views: { [name]: verify } })).toThrow(misuse(message));
  });

  test.each([
    ['names', 'name'],
    ['accentdark', 'accentDark'],
    ['logos', 'logo'],
  ])('theme.%s: did you mean %s?', (name, right) => {
    const message = `theme has no option '${name}'; did you mean ${right}?`;
    expect(() => parseOdd({ theme: { [name]: 'x' } })).toThrow(misuse(message));
  });
});

describe('a name of passport-magic-link or passport-magic-login is refused, and ours named', () => {
  test.each([
    ['userFields', 'email'],
    ['tokenField', 'token'],
    ['allowPost', 'nothing'],
    ['passReqToCallbacks', 'passReqToCallback'],
    ['verifyUserAfterToken', 'verify'],
    ['storage', 'store'],
    ['algorithm', 'nothing'],
    ['allowReuse', 'nothing'],
    ['userPrimaryKey', 'verify'],
    ['callbackUrl', 'callbackPath'],
    ['jwtOptions', 'ttl'],
    ['sendMagicLink', 'mail.deliver'],
    ['verify', 'second argument'],
    ['confirmUrl', 'nothing'],
  ])('%s: here it is … %s', (name, ours) => {
    expect(() => parseOdd({ [name]: 1 })).toThrow(TypeError);
    expect(() => parseOdd({ [name]: 1 })).toThrow(`has no option '${name}'; here it is `);
    expect(() => parseOdd({ [name]: 1 })).toThrow(ours);
  });
});
