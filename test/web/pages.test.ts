/** Every page of a login, as HTML that needs nothing but itself. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { PAGES, type Sample, samples, shownPages } from './page-samples.js';

const HOSTILE = `/"'><script>alert(1)</script><!-- &`;
const ESCAPED = '/&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!-- &amp;';

const { answered, byLabel } = shownPages();

const VOID = new Set(['meta', 'input', 'br', 'hr', 'link']);
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** The script, taken out: what is in it is no markup. */
const scriptOf = (text: string) => /<script>([\s\S]*?)<\/script>/.exec(text)?.[1];
const markupOf = (text: string) => text.replace(/<script>[\s\S]*?<\/script>/, '');

/** The tags that are left open or closed too often; none in well-formed HTML. */
function unbalanced(html: string): string[] {
  const open: string[] = [];
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z]\w*)[^>]*>/g)) {
    if (VOID.has(name)) continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) return [...open, `/${name}`];
  }
  return open;
}

describe.each(PAGES)('$label', (sample: Sample) => {
  test('is one whole HTML page, with its language, title and one heading that says the same', async () => {
    const { headers, text } = await answered(sample);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n/);
    expect(unbalanced(markupOf(text))).toEqual([]);
    const [, title] = /<title>([^<]+) · Acme<\/title>/.exec(text) ?? [];
    expect(title).toBeTruthy();
    expect(text.match(/<h1>.*?<\/h1>/g)).toEqual([`<h1>${title}</h1>`]);
    expect(count(text, /<main>/g)).toBe(1);
    expect(count(text, /<meta name="viewport" content="width=device-width, initial-scale=1">/g)).toBe(1);
    expect(count(text, /<meta name="robots" content="noindex">/g)).toBe(1);
  });

  test('names every input, every button and every link', async () => {
    const { text } = await answered(sample);
    for (const [input] of text.matchAll(/<input [^>]*>/g)) {
      const id = /\bid="([^"]+)"/.exec(input)?.[1];
      expect(input.includes('type="hidden"') || text.includes(`<label for="${id}">`), input).toBe(true);
    }
    for (const [, label] of text.matchAll(/<(?:button|a)\b[^>]*>(.*?)<\/(?:button|a)>/g)) expect(label).toMatch(/^\w/);
  });

  test('every form posts to where the app said, and has a button', async () => {
    const { text } = await answered(sample);
    const forms = text.match(/<form [\s\S]*?<\/form>/g) ?? [];
    for (const form of forms) {
      expect(form).toMatch(/^<form method="post" action="\/value(?:\/\w+)?">/);
      expect(form).toMatch(/<button[ >]/);
    }
    expect(forms).toHaveLength(sample.forms);
  });

  test('has a way on, or says that there is nothing to do here', async () => {
    const { text } = await answered(sample);
    expect(/<button|<a class="button" href="\/value/.test(text)).toBe(!sample.isEnd);
  });

  test('SC-03, SC-09: has no script, but for the waiting page, which works without it', async () => {
    const { text } = await answered(sample);
    expect(count(text, /<script/gi)).toBe(sample.hasScript ? 1 : 0);
    expect(markupOf(text)).not.toMatch(/<script|\son\w+=|javascript:/i);
  });

  test('SC-07, SE-04: loads nothing and leads nowhere else', async () => {
    const { text } = await answered(sample);
    expect(text).not.toMatch(/<(?:img|link|iframe|object|embed|video|audio|svg|base)\b|\bsrc=|url\(|@import|https?:/i);
  });

  test('SC-06, SC-07: its policy allows its own style and script alone, and no frame around it', async () => {
    const { headers, text } = await answered(sample);
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? '';
    expect(count(text, /<style|\sstyle=/g)).toBe(1);
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      `style-src ${hashOf(style)}`,
      ...(sample.hasScript ? [`script-src ${hashOf(scriptOf(text) ?? '')}`, "connect-src 'self'"] : []),
      sample.forms === 0 && sample.postsNowhere ? "form-action 'none'" : "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('SC-07, IN-22: every value is escaped', async () => {
    const hostile = samples(HOSTILE).find(({ label }) => label === sample.label) as Sample;
    const { text } = await answered(hostile);
    expect(text).toBe((await answered(sample)).text.replaceAll('/value', ESCAPED));
  });

  test('is in the language that the browser asks for, and says that it depends on it', async () => {
    const { headers, text } = await answered(sample, {}, { 'accept-language': 'de-AT, de;q=0.9' });
    expect(text).toContain('<html lang="de" dir="ltr">');
    expect(headers['content-language']).toBe('de');
    expect(headers.vary).toMatch(/\bAccept-Language\b/);
  });
});

const hashOf = (source: string) => `'sha256-${createHash('sha256').update(source).digest('base64')}'`;

test('the hop goes on by itself; no other page does', async () => {
  const refreshing = [];
  for (const sample of PAGES) {
    if ((await answered(sample)).text.includes('http-equiv="refresh"')) refreshing.push(sample.label);
  }
  expect(refreshing).toEqual(['hop']);
  expect((await answered(byLabel('hop'))).text).toContain('<meta http-equiv="refresh" content="0; url=/value">');
});
