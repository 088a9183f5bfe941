/** A real Chromium; each context is a profile of its own. */

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { type Browser, chromium } from 'playwright-core';

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

export async function startChromium(): Promise<Browser & { readonly stop: () => Promise<void> }> {
  const home = mkdtempSync(`${tmpdir()}/pbl-chromium-`);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
    env: { ...process.env, HOME: home },
  });
  return Object.assign(browser, {
    stop: async () => {
      await browser.close();
      rmSync(home, { recursive: true, force: true });
    },
  });
}

/** A page on another site than `localhost`, with one link. */
export async function startWebmail(): Promise<{ show(link: string): string; close(): void }> {
  let link = '';
  const server = createServer((_req, res) => {
    res.setHeader('content-type', 'text/html');
    res.end(`<!doctype html><title>Webmail</title><a href="${link}">Log in</a>`);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    show(shown) {
      link = shown;
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    },
    close: () => server.close(),
  };
}
