/** Every page of a login, as HTML that needs nothing but itself. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import express, { type Request, type Response } from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../../lib/errors.js';
import { type PageData, type PageName, sendPage, type Views } from '../../lib/web/pages.js';
import { type Answer, Client } from '../support/client.js';
import { listen } from '../support/ports.js';

type Sample = { [P in PageName]: { label: string; name: P; page: PageData[P] } }[PageName];

/** Every page in every shape, with this text for whatever may come from outside. */
const samples = (text: string): Sample[] => [
  { label: 'form', name: 'form', page: { action: text, returnTo: undefined, email: undefined, refusal: undefined } },
  {
    label: 'form, refused',
    name: 'form',
    page: { action: text, returnTo: text, email: text, refusal: { ...refusal('invalid_address'), message: text } },
  },
  { label: 'sent', name: 'sent', page: { loginPath: text, continueTo: undefined } },
  { label: 'sent, logged in meanwhile', name: 'sent', page: { loginPath: text, continueTo: text } },
  { label: 'landing', name: 'landing', page: { action: text, token: text } },
  { label: 'confirm', name: 'confirm', page: { action: text, token: text, switchesUser: false } },
  { label: 'confirm, another user', name: 'confirm', page: { action: text, token: text, switchesUser: true } },
  { label: 'hop', name: 'hop', page: { href: text } },
  { label: 'refused', name: 'refused', page: { refusal: { ...refusal('link_used'), message: text }, loginPath: text } },
  { label: 'unavailable', name: 'unavailable', page: { loginPath: text } },
];

const HOSTILE = `/"'><script>alert(1)</script><!-- &`;
const ESCAPED = '/&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!-- &amp;';
const ALL = samples('/value');
const byLabel = (label: string, from = ALL) => from.find((sample) => sample.label === label) as Sample;

let client: Client;
let handler: (req: Request, res: Response) => Promise<void>;
const server = createServer(express().use((req, res, next) => void handler(req, res).catch(next)));

beforeAll(async () => {
  client = new Client(await listen(server));
});
afterAll(() => void server.close());

/** The page as it is answered. */
function answered({ name, page }: Sample, views: Views = {}): Promise<Answer> {
  handler = (req, res) => sendPage({ req, res, views }, 200, name, page);
  return client.get('/');
}

const VOID = new Set(['meta', 'input', 'br', 'link']);
const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

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

describe.each(ALL)('$label', (sample) => {
  test('is one whole HTML page, with its language, title and one heading that says the same', async () => {
    const { headers, text } = await answered(sample);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n/);
    expect(unbalanced(text)).toEqual([]);
    const [, title] = /<title>([^<]+)<\/title>/.exec(text) ?? [];
    expect(title).toBeTruthy();
    expect(text.match(/<h1>.*?<\/h1>/g)).toEqual([`<h1>${title}</h1>`]);
    expect(count(text, /<main>/g)).toBe(1);
    expect(count(text, /<meta name="viewport" content="width=device-width, initial-scale=1">/g)).toBe(1);
  });

  test('names every input, every button and every link', async () => {
    const { text } = await answered(sample);
    for (const [input] of text.matchAll(/<input [^>]*>/g)) {
      const id = /\bid="([^"]+)"/.exec(input)?.[1];
      expect(input.includes('type="hidden"') || text.includes(`<label for="${id}">`), input).toBe(true);
    }
    for (const [, label] of text.matchAll(/<(?:button|a)\b[^>]*>(.*?)<\/(?:button|a)>/g)) expect(label).toMatch(/^\w/);
  });

  test('has a way on: one button, or a link', async () => {
    const { text } = await answered(sample);
    const forms = count(text, /<form method="post" action="\/value">/g);
    expect(count(text, /<button>/g)).toBe(forms);
    expect(forms === 1 || /<a href="\/value">/.test(text)).toBe(true);
  });

  test('SC-03, SC-09: has no script', async () => {
    expect((await answered(sample)).text).not.toMatch(/<script|\son\w+=|javascript:/i);
  });

  test('SC-07, SE-04: loads nothing and leads nowhere else', async () => {
    const { text } = await answered(sample);
    expect(text).not.toMatch(/<(?:img|link|iframe|object|embed|video|audio|svg|base)\b|\bsrc=|url\(|@import|https?:/i);
  });

  test('SC-06, SC-07: its policy allows its own style alone, and no frame around it', async () => {
    const { headers, text } = await answered(sample);
    const style = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? '';
    expect(count(text, /<style|\sstyle=/g)).toBe(1);
    expect(String(headers['content-security-policy']).split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
      sample.name === 'hop' ? "form-action 'none'" : "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('SC-07, IN-22: every value is escaped', async () => {
    const { text } = await answered(byLabel(sample.label, samples(HOSTILE)));
    expect(text).toBe((await answered(sample)).text.replaceAll('/value', ESCAPED));
  });
});

describe('the form', () => {
  test('asks for an email address, and nothing else', async () => {
    const { text } = await answered(byLabel('form'));
    expect(text).toContain(
      '<input id="email" name="email" type="email" autocomplete="email" required autofocus value="">',
    );
    expect(count(text, /<input/g)).toBe(1);
  });

  test('refused, shows what was typed, and tells what is wrong with it to a screen reader too', async () => {
    const { text } = await answered(byLabel('form, refused'));
    expect(text).toMatch(/<input id="email" [^>]* value="\/value" aria-invalid="true" aria-describedby="problem">/);
    expect(text).toContain('<p class="bad" id="problem" role="alert">/value</p>');
    expect(text).toContain('<input type="hidden" name="returnTo" value="/value">');
  });
});

test.each(['landing', 'confirm', 'confirm, another user'])('%s: the token goes in the body', async (label) => {
  expect((await answered(byLabel(label))).text).toContain('<input type="hidden" name="token" value="/value">');
});

test('another user is told that somebody is logged out', async () => {
  expect((await answered(byLabel('confirm, another user'))).text).toContain('logs them out');
  expect((await answered(byLabel('confirm'))).text).not.toContain('logs them out');
});

test('the hop goes on by itself; no other page does', async () => {
  const refreshing = [];
  for (const sample of ALL) {
    if ((await answered(sample)).text.includes('http-equiv="refresh"')) refreshing.push(sample.label);
  }
  expect(refreshing).toEqual(['hop']);
  expect((await answered(byLabel('hop'))).text).toContain('<meta http-equiv="refresh" content="0; url=/value">');
});

describe('an app’s own view', () => {
  test.each(ALL)('takes the place of $label, and is given the same', async (sample) => {
    const views = { [sample.name]: (_req: Request, res: Response, page: object) => res.json(page) };
    const answer = await answered(sample, views);
    expect(answer.json()).toEqual(JSON.parse(JSON.stringify(sample.page)));
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  test('leaves the other pages ours', async () => {
    const views: Views = { landing: (_req, res) => res.send('own') };
    expect((await answered(byLabel('confirm'), views)).text).toContain('<h1>');
  });

  test('may change the headers', async () => {
    const views: Views = { sent: (_req, res) => res.set('Content-Security-Policy', 'own').send('own') };
    expect((await answered(byLabel('sent'), views)).headers['content-security-policy']).toBe('own');
  });

  test.each([
    [
      'throws',
      () => {
        throw new Error('no template');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no template'))],
  ])('that %s is an error of the app’s', async (_name, view) => {
    const { req, res } = { req: {} as Request, res: { status() {}, set() {} } as unknown as Response };
    await expect(
      sendPage({ req, res, views: { sent: view } }, 200, 'sent', { loginPath: '/', continueTo: undefined }),
    ).rejects.toThrow('no template');
  });
});
