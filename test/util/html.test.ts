/** The template tag: whatever is put in stays text, unless it is Markup. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, raw } from '../../lib/util/html.js';

test.each([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])('SC-07: %s is escaped', (character, entity) => {
  expect(html`<p>${character}${character}</p>`.toString()).toBe(`<p>${entity}${entity}</p>`);
});

test('what is escaped already is escaped again, for it is text', () => {
  expect(html`${'&lt;'}`.toString()).toBe('&amp;lt;');
});

describe('SC-07: no text breaks out', () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"><script>', "' onx='", '$&$1`'),
  );

  test('of an attribute or an element', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [, value, content] =
          /^<a b="([^"]*)">([^<>]*)<\/a>$/.exec(html`<a b="${text}">${text}</a>`.toString()) ?? [];
        expect(value).toBe(content);
        expect(unescaped(value)).toBe(text);
      }),
    );
  });
});

test('Markup is put in as it is', () => {
  expect(html`<div>${html`<b>${'<'}</b>`}</div>`.toString()).toBe('<div><b>&lt;</b></div>');
});

test('several are put in one after the other', () => {
  expect(html`<ul>${['a', '<'].map((item) => html`<li>${item}</li>`)}</ul>`.toString()).toBe(
    '<ul><li>a</li><li>&lt;</li></ul>',
  );
});

test('SC-07: a text in a list is escaped, too', () => {
  expect(html`<p>${['<b>'] as never}</p>`.toString()).toBe('<p>&lt;b&gt;</p>');
});

test.each([
  ['undefined', undefined],
  ['an empty text', ''],
  ['an empty list', []],
])('%s leaves nothing', (_name, value) => {
  expect(html`<p>${value}</p>`.toString()).toBe('<p></p>');
});

test('raw is HTML as it stands', () => {
  expect(html`${raw('<hr>')}`.toString()).toBe('<hr>');
});

test('patterns of String.replace mean nothing', () => {
  expect(html`<p>${'$& $1 $$ \\n'}</p>`.toString()).toBe('<p>$&amp; $1 $$ \\n</p>');
});

const unescaped = (escaped = '') =>
  escaped
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
