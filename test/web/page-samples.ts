/** Every page in every shape, and a server that answers with them. */

import { createServer } from 'node:http';
import express, { type Request, type Response } from 'express';
import { afterAll, beforeAll } from 'vitest';
import { refusal } from '../../lib/errors.js';
import { en } from '../../lib/texts/en.js';
import type { LanguageOptions } from '../../lib/texts/languages.js';
import type { PageData, PageName } from '../../lib/web/page-data.js';
import { Pages, type Views } from '../../lib/web/pages.js';
import { type Answer, Browser } from '../support/browser.js';
import { languagesOf, themeOf } from '../support/parsed.js';
import { listen } from '../support/ports.js';

export type Sample = {
  [P in PageName]: {
    label: string;
    name: P;
    page: PageData[P];
    /** How many forms it has. */
    forms: number;
    /** No page of its kind has any: its policy says so. */
    postsNowhere?: boolean;
    hasScript?: boolean;
    /** Nothing is left to be done. */
    isEnd?: boolean;
  };
}[PageName];

const REQUESTED_AT = new Date(Date.UTC(2030, 0, 2, 13, 5));

/** With this text for whatever may come from outside. */
export function samples(text: string): Sample[] {
  const refused = { ...refusal('link_used', en), message: text };
  const retryForm = { address: text, returnTo: text };
  const form = { action: text, returnTo: undefined, email: undefined, refusal: undefined, invitation: undefined };
  const invitation = { invite: text, address: text };
  const sent = {
    loginPath: text,
    codeAction: `${text}/code`,
    retryForm,
    wait: 30,
    refusal: undefined,
    switchesUser: false,
    ttl: 600,
    continueTo: undefined,
  };
  const waiting = { name: 'sent', forms: 2, hasScript: true } as const;
  const notMe = { name: 'notMe', forms: 1 } as const;
  const code = { code: text, origin: text, requestedAt: REQUESTED_AT, loginPath: text };
  const nothingToPost = { forms: 0, postsNowhere: true } as const;
  const ofRefused = { name: 'refused', forms: 0 } as const;
  return [
    { label: 'form', name: 'form', forms: 1, page: form },
    {
      label: 'form, refused',
      name: 'form',
      forms: 1,
      page: { ...form, returnTo: text, email: text, refusal: refused },
    },
    { label: 'form, invited', name: 'form', forms: 1, page: { ...form, invitation } },
    { label: 'form, invited and refused', name: 'form', forms: 1, page: { ...form, invitation, refusal: refused } },
    { ...waiting, label: 'sent', page: sent },
    { ...waiting, label: 'sent, code refused', page: { ...sent, refusal: refused } },
    { ...waiting, label: 'sent, somebody logged in', page: { ...sent, switchesUser: true } },
    { ...waiting, label: 'sent, no wait', page: { ...sent, wait: 0 } },
    { ...waiting, label: 'sent, no codes', forms: 1, page: { ...sent, codeAction: undefined } },
    { ...waiting, label: 'sent, nothing asked', forms: 1, page: { ...sent, retryForm: undefined } },
    { label: 'sent, logged in meanwhile', name: 'sent', forms: 0, page: { ...sent, continueTo: text } },
    { label: 'landing', name: 'landing', forms: 1, page: { action: text, token: text } },
    { label: 'confirm', name: 'confirm', forms: 1, page: { action: text, token: text, switchesUser: false } },
    {
      label: 'confirm, another user',
      name: 'confirm',
      forms: 1,
      page: { action: text, token: text, switchesUser: true },
    },
    {
      label: 'code',
      name: 'code',
      isEnd: true,
      ...nothingToPost,
      page: { ...code, requestedIn: { browser: text, system: text } },
    },
    { label: 'code, unknown browser', name: 'code', isEnd: true, ...nothingToPost, page: { ...code, requestedIn: {} } },
    { label: 'hop', name: 'hop', ...nothingToPost, page: { href: text } },
    { ...ofRefused, label: 'refused', page: { refusal: refused, loginPath: text, retryForm: undefined } },
    { ...ofRefused, label: 'refused, own link', forms: 1, page: { refusal: refused, loginPath: text, retryForm } },
    { ...notMe, label: 'not me', page: { action: text, token: text, canEnd: false } },
    { ...notMe, label: 'not me, owner', page: { action: text, token: text, canEnd: true } },
    {
      ...notMe,
      label: 'not me, too old',
      forms: 0,
      isEnd: true,
      page: { action: text, token: undefined, canEnd: false },
    },
    { label: 'reported', name: 'reported', isEnd: true, ...nothingToPost, page: { ended: undefined } },
    { label: 'reported, ended', name: 'reported', isEnd: true, ...nothingToPost, page: { ended: 2 } },
    { label: 'unavailable', name: 'unavailable', forms: 0, page: { loginPath: text } },
  ];
}

export const PAGES = samples('/value');

/** A server for the tests of one file; `answered` is the page as a browser gets it. */
export function shownPages() {
  let browser: Browser;
  let handler: (req: Request, res: Response) => Promise<void>;
  const server = createServer(express().use((req, res, next) => void handler(req, res).catch(next)));

  beforeAll(async () => {
    browser = new Browser(await listen(server));
  });
  afterAll(() => void server.close());

  function answered(
    { name, page }: Sample,
    { views = {}, theme = {}, ...languages }: { views?: Views; theme?: object } & Partial<LanguageOptions> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const pages = new Pages({
      views,
      languages: languagesOf(languages),
      theme: themeOf({ name: 'Acme', ...theme }, 'https://app.example.com'),
    });
    handler = (req, res) => pages.send(req, res, name, page);
    return browser.get('/', headers);
  }
  const byLabel = (label: string) => PAGES.find((sample) => sample.label === label) as Sample;
  return { answered, byLabel };
}
