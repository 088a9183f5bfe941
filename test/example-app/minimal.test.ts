/** The minimal example: the README's wiring, which logs in with nothing beside it, and with a real Redis and SMTP server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { Browser } from '../support/browser.js';
import { freePort } from '../support/ports.js';
import { startRedis } from '../support/redis.js';
import { linkIn, startSmtp } from '../support/smtp.js';

const ROOT = new URL('../..', import.meta.url);
const SOURCE = readFileSync(new URL('example-app/minimal.js', ROOT), 'utf8');

async function start(env: Record<string, string> = {}): Promise<{ origin: string; child: ChildProcess }> {
  const PORT = String(await freePort());
  const child = spawn(process.execPath, ['example-app/minimal.js'], {
    cwd: ROOT.pathname,
    env: { PATH: process.env.PATH, PORT, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return { origin: `http://localhost:${PORT}`, child };
}

test('it has sixty lines at most', () => {
  expect(SOURCE.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
});

test('the README has it as its wiring', () => {
  const readme = readFileSync(new URL('README.md', ROOT), 'utf8');
  expect(readme).toContain(`\`\`\`js\n${SOURCE}\`\`\``);
});

test('without anything beside it: a request, the dev inbox, a click, and the person is logged in', async () => {
  const { origin, child } = await start();
  const browser = new Browser(origin);
  expect((await browser.get('/')).text).toContain('Log in');
  expect((await browser.post('/login', { email: 'ada@example.test' })).status).toBe(303);
  let link: string | undefined;
  while (link === undefined) {
    [link] = (await browser.get('/dev/inbox')).text.match(/http[^"\s<]+\/login\/callback\?token=[\w-]+/) ?? [];
  }
  const { pathname, search } = new URL(link);
  expect((await new Browser(origin).get(pathname + search)).status).toBe(200);
  expect((await browser.get(pathname + search)).headers.location).toBe(`${origin}/`);
  expect((await browser.get('/')).text).toBe('You are logged in.');

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a port in use ends it with the error, and it does not say that it listens', async () => {
  const { origin } = await start();
  const second = spawn(process.execPath, ['example-app/minimal.js'], {
    cwd: ROOT.pathname,
    env: { PATH: process.env.PATH, PORT: new URL(origin).port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void second.kill('SIGKILL'));
  const [out, err, [code]] = await Promise.all([text(second.stdout), text(second.stderr), once(second, 'exit')]);
  expect({ out, code }).toEqual({ out: '', code: 1 });
  expect(err).toContain('EADDRINUSE');
});

test('with REDIS_URL and SMTP_URL: links and sessions in Redis, and a real mail', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const smtp = await startSmtp();
  onTestFinished(() => smtp.close());
  const { origin } = await start({ REDIS_URL: `redis://127.0.0.1:${redis.port}`, SMTP_URL: smtp.url });
  const browser = new Browser(origin);
  // It listens before Redis has answered for the first time.
  let status = 503;
  while (status === 503) ({ status } = await browser.post('/login', { email: 'ada@example.test' }));
  expect(status).toBe(303);
  const { pathname, search } = new URL(linkIn((await smtp.next()).email.text));
  expect((await browser.get(pathname + search)).headers.location).toBe(`${origin}/`);
  expect((await browser.get('/')).text).toBe('You are logged in.');
  expect((await browser.get('/dev/inbox')).status).toBe(404);
});
