/** What the mail says, as text and as HTML. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type MessageContext, renderMessage } from '../../lib/mail/message.js';

const TOKEN = `pbl_${'Ab-9'.repeat(28)}`;
const LINK = `https://app.example.com:8443/login/callback?token=${TOKEN}`;

const render = (context: Partial<MessageContext> = {}) =>
  renderMessage({
    link: LINK,
    address: 'ada@example.com',
    host: 'app.example.com:8443',
    browser: 'Firefox on Windows',
    askedAt: new Date('2026-03-05T23:07:59Z'),
    minutes: 10,
    ...context,
  });

// A server far from UTC.
beforeAll(() => void vi.stubEnv('TZ', 'Pacific/Auckland'));
afterAll(() => void vi.unstubAllEnvs());

const urlsIn = (text: string) => text.match(/\bhttps?:\/\/[^\s"'<>]+/g) ?? [];
const BODIES = ['text', 'html'] as const;

describe('the link', () => {
  test.each(BODIES)('is the only one in the %s', (body) => {
    expect(new Set(urlsIn(render()[body]))).toEqual(new Set([LINK]));
  });

  test('has a line of its own in the text', () => {
    expect(
      render()
        .text.split('\n')
        .filter((line) => line.includes('pbl_')),
    ).toEqual([LINK]);
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
    ['when, in UTC', '5 Mar 2026, 23:07 UTC'],
    ['how long it lives', 'for 10 minutes'],
    ['what the login is for', 'log in to app.example.com:8443'],
    ['where it works', 'works only in the browser that asked for it'],
    ['what to do if it was somebody else', 'If that was not you'],
  ])('%s', (_what, words) => {
    expect(render()[body]).toContain(words);
  });

  test('a minute, where it is one', () => {
    expect(render({ minutes: 1 })[body]).toContain('for a minute.');
  });

  test('nothing of the address: the mail may be passed on', () => {
    expect(render()[body]).not.toContain('ada');
  });
});

test('SE-11: the subject has the host, and neither link nor token', () => {
  expect(render().subject).toBe('Log in to app.example.com:8443');
});

test('SE-11: the text begins without link and token: that much is shown on a locked screen', () => {
  expect(render().text.split('\n')[0]).not.toMatch(/pbl_|:\/\//);
});

describe('the HTML', () => {
  test('SE-10: loads nothing and measures nobody', () => {
    expect(render().html).not.toMatch(
      /<(?:img|link|script|iframe|object|embed|video|audio|svg|form)\b|url\(|@import|src=/i,
    );
  });

  test('SE-10: names one host only', () => {
    expect(urlsIn(render().html).map((url) => new URL(url).host)).toEqual(Array(2).fill('app.example.com:8443'));
  });

  test('is of one language, titled, and for light and dark', () => {
    const { html } = render();
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('<title>Log in to app.example.com:8443</title>');
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain('@media (prefers-color-scheme: dark)');
  });

  test.each(['link', 'host', 'browser'] as const)('IN-22: %s is escaped', (value) => {
    const hostile = `"'><script>alert(1)</script>&`;
    const { html } = render({ [value]: hostile });
    expect(html).toContain('&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;');
    expect(html).not.toContain('<script');
    expect(tagsOf(html)).toBe(tagsOf(render({ [value]: 'plain' }).html));
  });
});

/** The markup without its values: what escapes from a value changes it. */
const tagsOf = (html: string) => (html.match(/<[^>]*>/g) ?? []).join('').replace(/href="[^"]*"/g, '');
