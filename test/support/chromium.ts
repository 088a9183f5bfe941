/** A real Chromium; each context is a profile of its own. */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { type Browser, chromium } from 'playwright-core';
import { listen } from './ports.js';

// As root it needs --no-sandbox; the rest keeps it from calling home.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface ChromiumOptions {
  /** Chromium does without these features. */
  without?: string;
  /** Keeps pages for Back and Forward as they were, as Chromium does for people but not for Playwright. */
  backForwardCache?: boolean;
}

export interface Chromium extends Browser {
  stop(): Promise<void>;
}

export async function startChromium({ without, backForwardCache }: ChromiumOptions = {}): Promise<Chromium> {
  const home = mkdtempSync(`${tmpdir()}/pbl-chromium-`);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: without ? [...FLAGS, `--disable-features=${without}`] : FLAGS,
    ignoreDefaultArgs: backForwardCache ? ['--disable-back-forward-cache'] : [],
    env: { ...process.env, HOME: home },
  });
  return Object.assign(browser, {
    stop: async () => {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  });
}

export interface Webmail {
  readonly origin: string;
  /** The headers of every request that came here. */
  readonly requests: IncomingHttpHeaders[];
  /** Puts a page with one link here, and says where. */
  show(link: string, more?: { target?: string; head?: string }): string;
  /** A link of the webmail's own that redirects to this one, as click tracking does. */
  redirecting(link: string): string;
  close(): void;
}

/** A page on another site than `localhost`, with one link. */
export async function startWebmail(): Promise<Webmail> {
  let page = '';
  const requests: IncomingHttpHeaders[] = [];
  const server = createServer((req, res) => {
    requests.push(req.headers);
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://webmail');
    if (pathname === '/click') return void res.writeHead(302, { location: searchParams.get('to') ?? '/' }).end();
    res.setHeader('content-type', 'text/html');
    res.end(page);
  });
  const origin = await listen(server);
  return {
    origin,
    requests,
    show(link, { target = '_self', head = '' } = {}) {
      page = pageWithLink(link, target, head);
      return `${origin}/`;
    },
    redirecting: (link) => `${origin}/click?to=${encodeURIComponent(link)}`,
    close: () => server.close(),
  };
}

export const pageWithLink = (link: string, target = '_self', head = ''): string =>
  `<!doctype html><html lang="en"><title>Webmail</title>${head}<a href="${link}" target="${target}">Log in</a>`;
