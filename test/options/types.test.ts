/** Options of a wrong type: refused by the types, and at run time by the option’s name. */
import { describe, test } from 'vitest';
import { parseOptions } from '../../lib/options/options.js';
import { en } from '../../lib/texts/en.js';
import { SECRET } from '../support/app.js';
import { deliver, parse, parseMail, refused, required, transport, verify } from '../support/options.js';

describe('a value of a wrong type is refused by the types, and at run time', () => {
  test.each<[string, () => unknown]>([
    // @ts-expect-error
    ['name', () => parse({ name: 1 })],
    // @ts-expect-error
    ['name', () => parse({ name: null })],
    // @ts-expect-error
    ['secret', () => parse({ secret: undefined })],
    // @ts-expect-error
    ['secret', () => parse({ secret: Buffer.alloc(32) })],
    // @ts-expect-error
    ['secret', () => parse({ secret: [SECRET, undefined] })],
    // @ts-expect-error
    ['origin', () => parse({ origin: undefined })],
    // @ts-expect-error
    ['origin', () => parse({ origin: new URL('https://app.example.com') })],
    // @ts-expect-error
    ['callbackPath', () => parse({ callbackPath: undefined })],
    // @ts-expect-error
    ['callbackPath', () => parse({ callbackPath: /callback/ })],
    // @ts-expect-error
    ['store', () => parse({ store: undefined })],
    // @ts-expect-error
    ['store', () => parse({ store: null })],
    // @ts-expect-error
    ['store', () => parse({ store: new Map() })],
    // @ts-expect-error
    ['mail', () => parse({ mail: undefined })],
    // @ts-expect-error
    ['mail', () => parse({ mail: [] })],
    // @ts-expect-error
    ['ttl', () => parse({ ttl: '600' })],
    // @ts-expect-error
    ['ttl', () => parse({ ttl: null })],
    // @ts-expect-error
    ['dangerouslyLongTtl', () => parse({ dangerouslyLongTtl: 'yes' })],
    // @ts-expect-error
    ['confirm', () => parse({ confirm: 'never' })],
    // @ts-expect-error
    ['confirm', () => parse({ confirm: true })],
    // @ts-expect-error
    ['otherBrowser', () => parse({ otherBrowser: 'approve' })],
    // @ts-expect-error
    ['otherBrowser', () => parse({ otherBrowser: true })],
    // @ts-expect-error
    ['theme', () => parse({ theme: 'blue' })],
    // @ts-expect-error
    ['theme.name', () => parse({ theme: { name: 1 } })],
    // @ts-expect-error
    ['theme.logo', () => parse({ theme: { logo: new URL('https://app.example.com/logo.svg') } })],
    // @ts-expect-error
    ['theme.accent', () => parse({ theme: { accent: 0x1f5fd6 } })],
    // @ts-expect-error
    ['languages', () => parse({ languages: 'en' })],
    // @ts-expect-error
    ['languages', () => parse({ languages: null })],
    // @ts-expect-error
    ['languages.en.form', () => parse({ languages: { en: { ...en, form: undefined } } })],
    // @ts-expect-error
    ['language', () => parse({ language: 'en' })],
    // @ts-expect-error
    ['mayReceive', () => parse({ mayReceive: ['ada@example.com'] })],
    // @ts-expect-error
    ['verifyStyle', () => parse({ verifyStyle: 'done' })],
    // @ts-expect-error
    ['passReqToCallback', () => parse({ passReqToCallback: 1 })],
    // @ts-expect-error
    ['views', () => parse({ views: null })],
    // @ts-expect-error
    ['views', () => parse({ views: 'views/' })],
    // @ts-expect-error
    ['views.form', () => parse({ views: { form: '<form>' } })],
    // @ts-expect-error
    ['clock', () => parse({ clock: 0 })],
    // @ts-expect-error
    ['mail.transport', () => parseMail({ transport: null, from: 'a@x.test' })],
    // @ts-expect-error
    ['mail.transport', () => parseMail({ transport: 'smtp://localhost', from: 'a@x.test' })],
    // @ts-expect-error
    ['mail.transport', () => parseMail({ transport: {}, from: 'a@x.test' })],
    // @ts-expect-error
    ['mail.deliver', () => parseMail({ deliver: transport })],
    // @ts-expect-error
    ['mail.from', () => parseMail({ transport, from: { address: 'a@x.test' } })],
    // @ts-expect-error
    ['mail.from', () => parseMail({ deliver, from: 1 })],
    // @ts-expect-error
    ['mail.replyTo', () => parseMail({ deliver, replyTo: ['a@x.test'] })],
    // @ts-expect-error
    ['mail.render', () => parseMail({ deliver, render: 'Hello' })],
    // @ts-expect-error
    ['mail.code', () => parseMail({ deliver, code: 'yes' })],
    // @ts-expect-error
    ['mail.timeoutMs', () => parseMail({ deliver, timeoutMs: '30s' })],
    // @ts-expect-error
    ['MagicLinkStrategy', () => parseOptions(undefined, verify)],
    // @ts-expect-error
    ['MagicLinkStrategy', () => parseOptions([required], verify)],
    // @ts-expect-error
    ['MagicLinkStrategy takes verify', () => parseOptions(required)],
    // @ts-expect-error
    ['MagicLinkStrategy takes verify', () => parseOptions(required, { verify })],
  ])('%s', refused);
});
