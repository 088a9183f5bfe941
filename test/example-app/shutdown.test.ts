/** How the example starts and ends: no request hangs, no mail in hand is lost, and it ends in time. */
import { expect, test } from 'vitest';
import { Browser } from '../support/browser.js';
import { startExample } from '../support/example.js';
import { freePort } from '../support/ports.js';
import { startSmtp } from '../support/smtp.js';

/** Milliseconds that are promised. */
const DEADLINE = 5000;

test('FT-16: SIGTERM delivers the mail in hand, also where a second signal follows', async () => {
  const release: (() => void)[] = [];
  const smtp = await startSmtp({ onConnect: (_session, callback) => void release.push(() => callback()) });
  const example = await startExample({ SMTP_URL: smtp.url });
  await example.browser().postJson('/login', { email: 'ada@example.com' });
  while (release.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const ended = example.stop();
  example.process.kill('SIGINT');
  example.process.kill('SIGTERM');
  for (const go of release) go();
  expect(await ended).toBe(0);
  expect(smtp.mails.map(({ to }) => to)).toEqual([['ada@example.com']]);
  await smtp.close();
});

test('FT-16: with an SMTP server that hangs it ends within five seconds', async () => {
  const smtp = await startSmtp({ closeTimeout: 1, onData: () => {} });
  const example = await startExample({ SMTP_URL: smtp.url });
  await example.browser().postJson('/login', { email: 'ada@example.com' });
  const started = performance.now();
  expect(await example.stop()).toBe(0);
  expect(performance.now() - started).toBeLessThan(DEADLINE);
  await smtp.close();
});

test.each(['ioredis', 'node-redis'])('FT-01: started with Redis away, %s, it answers 503 at once', async (client) => {
  const port = await freePort();
  const urls = [await freePort(), await freePort()].map((redis) => `redis://127.0.0.1:${redis}`);
  for (const REDIS_URL of [urls[0] as string, urls.join(',')]) {
    const starting = startExample({ REDIS_URL, REDIS_CLIENT: client, PORT: String(port) });
    const early = await firstAnswer(new Browser(`http://localhost:${port}`));
    expect(early).toBe(503);
    const example = await starting;
    expect((await example.browser().getJson('/healthz')).status).toBe(503);
    expect(await example.stop()).toBe(0);
  }
});

/** Of a server that is just starting, as soon as it takes a connection. */
async function firstAnswer(browser: Browser): Promise<number> {
  for (;;) {
    try {
      return (await browser.getJson('/healthz')).status;
    } catch (error) {
      if (!(error as Error).message.startsWith('ECONNREFUSED')) throw error;
    }
  }
}

test('a port that is taken is one line', async () => {
  const example = await startExample();
  const { port } = new URL(example.origin);
  const second = startExample({ PORT: port });
  await expect(second).rejects.toThrow(/EADDRINUSE/);
  expect(example.process.exitCode).toBeNull();
  await example.stop();
});
