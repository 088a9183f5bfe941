/** An app's own views in place of our pages. */
import type { Request, Response } from 'express';
import { expect, test } from 'vitest';
import type { Views } from '../../lib/web/pages.js';
import { PAGES, shownPages } from './page-samples.js';

const { answered, byLabel } = shownPages();

test.each(PAGES)('an app’s own view takes the place of $label, and is given the same', async (sample) => {
  const views = { [sample.name]: (_req: Request, res: Response, page: object) => res.json(page) };
  const answer = await answered(sample, { views });
  expect(answer.json()).toEqual(JSON.parse(JSON.stringify(sample.page)));
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  expect(answer.headers.vary).toMatch(/\bAccept-Language\b/);
});

test('the other pages stay ours', async () => {
  const views: Views = { landing: (_req, res) => res.send('own') };
  expect((await answered(byLabel('confirm'), { views })).text).toContain('<h1>');
});

test('a view may change the headers', async () => {
  const views: Views = { sent: (_req, res) => res.set('Content-Security-Policy', 'own').send('own') };
  expect((await answered(byLabel('sent'), { views })).headers['content-security-policy']).toBe('own');
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no template');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no template'))],
])('a view that %s is an error of the app’s', async (_name, view) => {
  const answer = await answered(byLabel('sent'), { views: { sent: view } });
  expect([answer.status, answer.text.includes('no template')]).toEqual([500, true]);
});
