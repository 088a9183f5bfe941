/** What the mail says, as text and as HTML. */

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type MessageContext, renderMessage } from '../../lib/mail/message.js';
import { de } from '../../lib/texts/de.js';
import { en } from '../../lib/texts/en.js';
import { themeOf } from '../support/parsed.js';

const TOKEN = `pbl_${'Ab-9'.repeat(28)}`;
const ORIGIN = 'https://app.example.com:8443';
const LINK = `${ORIGIN}/login/callback?token=${TOKEN}`;
const NOT_ME = `${ORIGIN}/login/not-me?token=pbn_${'Cd-8'.repeat(18)}`;
const CODE = 'ABCD-EFGH';

const render = (context: Partial<MessageContext> = {}) =>
  renderMessage({
    kind: 'login',
    link: LINK,
    address: 'ada@example.com',
    name: 'app.example.com:8443',
    requestedIn: { browser: 'Firefox', system: 'Windows' },
    requestedAt: new Date('2026-03-05T23:07:59Z'),
    ttl: 600,
    code: undefined,
    codes: true,
    notMe: NOT_ME,
    texts: en,
    theme: themeOf({}, ORIGIN),
    ...context,
  });

// A server far from UTC.
beforeAll(() => void vi.stubEnv('TZ', 'Pacific/Auckland'));
afterAll(() => void vi.unstubAllEnvs());

const urlsIn = (text: string) => text.match(/\bhttps?:\/\/[^\s"'<>]+/g) ?? [];
const BODIES = ['text', 'html'] as const;

describe('the link', () => {
  test.each(BODIES)('ML-09: stands in the %s with the not-me link, and no other', (body) => {
    expect(new Set(urlsIn(render()[body]))).toEqual(new Set([LINK, NOT_ME]));
  });

  test('ML-09: has a line of its own in the text, before that of the not-me link', () => {
    const lines = render().text.split('\n');
    expect(lines.filter((line) => /pb[ln]_/.test(line))).toEqual([LINK, NOT_ME]);
  });

  test('ML-09: the HTML leads to it twice at most, and to the not-me link once', () => {
    const targets = [...render().html.matchAll(/href="([^"]*)"/g)].map(([, target]) => target);
    expect(targets).toEqual([LINK, NOT_ME]);
  });

  test('is the HTML’s button, and can be read there too', () => {
    const { html } = render();
    expect(/<a class="button" href="([^"]*)"[^>]*>Log in<\/a>/.exec(html)?.[1]).toBe(LINK);
    expect(html.replace(/<[^>]*>/g, '')).toContain(LINK);
  });

  test('with an & is written as HTML has it', () => {
    const { html } = render({ link: `${LINK}&hop=1` });
    expect(html).toContain(`href="${LINK}&amp;hop=1"`);
  });
});

describe.each(BODIES)('ML-06: the %s says', (body) => {
  test.each([
    ['which browser asked', 'Firefox on Windows'],
    // A narrow space before PM, or a plain one: as Node's own data has it.
    ['when, in UTC', /Mar 5, 2026, 11:07\sPM UTC/],
    ['how long it lives', 'for 10 minutes'],
    ['what the login is for', 'log in to app.example.com:8443'],
    ['where it works', 'Open the link in the browser where you requested it. Any other browser only shows a code'],
    ['what to do if it was somebody else', 'If you didn’t request this email'],
  ])('%s', (_what, words) => {
    expect(render()[body]).toEqual(expect.stringMatching(words));
  });

  test('a minute, where it is one', () => {
    expect(render({ ttl: 60 })[body]).toContain('for one minute.');
  });

  test('that it works nowhere else, where no code stands in for it', () => {
    const said = render({ codes: false })[body];
    expect(said).toContain('works only in the browser where you requested it');
    expect(said).not.toMatch(/\b(?:a|the|this) code\b/i);
  });

  test('RC-03: the code, where it is given, after the link, and never to tell it to anybody', () => {
    const said = render({ code: CODE })[body];
    expect(said.split(CODE)).toHaveLength(2);
    expect(said.indexOf(CODE)).toBeGreaterThan(said.indexOf(LINK));
    expect(said).toContain('Don’t share it with anyone');
    expect(render()[body]).not.toContain('Don’t share it with anyone');
  });

  test('nothing of the address: the mail may be passed on', () => {
    expect(render()[body]).not.toContain('ada');
  });
});

test('SE-11: the subject has the name, and neither link, token nor code', () => {
  expect(render({ code: CODE }).subject).toBe('Log in to app.example.com:8443');
  expect(render({ name: 'Acme' }).subject).toBe('Log in to Acme');
});

test('SE-11: the text begins without link, token and code: that much is shown on a locked screen', () => {
  expect(render({ code: CODE }).text.split('\n')[0]).not.toMatch(/pbl_|:\/\/|ABCD/);
});

test('SE-11: the HTML shows the code after its first 120 characters of text, which is what a preview has', () => {
  const { html } = render({ code: CODE });
  const shown = html
    .slice(html.indexOf('<body'))
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  expect(shown.indexOf(CODE)).toBeGreaterThan(120);
  expect(html.slice(0, html.indexOf('<body'))).not.toContain(CODE);
});

describe('the HTML', () => {
  test('SE-10: loads nothing and measures nobody', () => {
    expect(render().html).not.toMatch(
      /<(?:img|link|script|iframe|object|embed|video|audio|svg|form)\b|url\(|@import|src=/i,
    );
  });

  test('SE-10: names one host only', () => {
    expect(urlsIn(render().html).map((url) => new URL(url).origin)).toEqual(Array(3).fill(ORIGIN));
  });

  test('is of one language, titled, and for light and dark', () => {
    const { html } = render();
    expect(html).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/);
    expect(html).toContain('<title>Log in to app.example.com:8443</title>');
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain('@media (prefers-color-scheme: dark)');
  });

  const with_ = {
    link: (text: string) => ({ link: text }),
    'not-me link': (text: string) => ({ notMe: text }),
    name: (text: string) => ({ name: text }),
    code: (text: string) => ({ code: text }),
    browser: (text: string) => ({ requestedIn: { browser: text } }),
    'text of the catalogue': (text: string) => ({ texts: { ...en, mail: { ...en.mail, where: text } } }),
  };

  test.each(Object.entries(with_))('IN-22: the %s is escaped', (_what, change) => {
    const { html } = render(change(`"'><script>alert(1)</script>&`));
    expect(html).toContain('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;');
    expect(html).not.toContain('<script');
    expect(tagsOf(html)).toBe(tagsOf(render(change('plain')).html));
  });

  test('is in the language of its catalogue, and runs as that does', () => {
    const texts = { ...en, language: 'ar', direction: 'rtl' as const };
    const { html } = render({ texts });
    expect(html).toContain('<html lang="ar" dir="rtl">');
    expect(html).toContain('<table role="presentation" dir="rtl"');
    expect(render({ texts: de }).subject).toBe('Anmelden bei app.example.com:8443');
  });

  test('a code runs from left to right in any language', () => {
    expect(render({ code: CODE }).html).toMatch(/<span class="code" dir="ltr"[^>]*>ABCD-EFGH<\/span>/);
  });
});

describe('AC-06: an invitation', () => {
  const invitation = {
    kind: 'invitation',
    link: `${ORIGIN}/login?invite=sealed`,
    requestedIn: undefined,
    notMe: undefined,
    ttl: 7 * 86_400,
  } as const;

  test.each(BODIES)('has its one link in the %s', (body) => {
    expect(new Set(urlsIn(render(invitation)[body]))).toEqual(new Set([invitation.link]));
  });

  test.each(BODIES)('says in the %s what it is for, how long it holds and what follows', (body) => {
    const said = render(invitation)[body];
    expect(said).toContain(
      'You’ve been invited to log in to app.example.com:8443. The invitation is valid for 7 days.',
    );
    expect(said).toContain('From there, we’ll email you a link that logs you in.');
    expect(said).not.toMatch(/Requested on|undefined|unknown browser/);
  });

  test('has no code', () => {
    const { subject, text, html } = render(invitation);
    expect(subject).toBe('Invitation to app.example.com:8443');
    expect(text + html).not.toMatch(/class="code"|\b(?:a|the|this) code\b/i);
  });
});

/** The markup without its values: what escapes from a value changes it. */
const tagsOf = (html: string) => (html.match(/<[^>]*>/g) ?? []).join('').replace(/href="[^"]*"/g, '');
