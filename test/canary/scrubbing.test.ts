/** The recipes of docs/logging.md, run as they stand there: no token comes through. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { formsOf } from '../support/canary.js';

const ROOT = new URL('../..', import.meta.url).pathname;
const DOC = readFileSync(`${ROOT}docs/logging.md`, 'utf8');

/** The code blocks in this language under this heading; '' is what stands before the first. */
function recipe(heading: string, language: string): string {
  const section = DOC.split(/^## /m).find((part, i) => (heading === '' ? i === 0 : part.startsWith(`${heading}\n`)));
  return section?.match(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's'))?.[1] ?? '';
}

const TOKEN = `pbl_${randomBytes(84).toString('base64url')}`;
/** As it is clicked, cut short, encoded, hidden behind another spelling of the parameter, and with company. */
const URLS = [
  `/login/callback?token=${TOKEN}`,
  `/login/callback?token=${TOKEN}&hop=1`,
  `/login/callback?utm=a&token=${TOKEN}`,
  `/login/callback?token=a&token=${TOKEN}`,
  `/login/callback?TOKEN=${TOKEN.slice(0, -2)}`,
  `/login/callback?token=${TOKEN.replace('_', '%5F')}`,
  `/login/callback?%74oken=${TOKEN}`,
];
/** Opens nothing, and is no more to be kept. */
const NOT_ME = `pbn_${randomBytes(54).toString('base64url')}`;
/** As it is clicked, and hidden behind another spelling of the parameter. */
const NOT_ME_URLS = [`/login/not-me?token=${NOT_ME}`, `/login/not-me?%74oken=${NOT_ME}`];
const HARMLESS = ['/login', '/login?returnTo=/account', '/login/callback', '/tokens?page=2', '/?q=pbl'];
const LOGGED = [...URLS, ...NOT_ME_URLS, ...HARMLESS];

/** Runs JavaScript where the repository's own packages are found, and returns all that it prints. */
async function run(code: string): Promise<string> {
  const args = ['--input-type=module', '--eval', code];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return stdout + stderr;
}

function expectScrubbed(log: string): void {
  for (const form of [...formsOf('token', TOKEN), ...formsOf('notMe', NOT_ME)]) expect(log).not.toContain(form);
  // Cut short, or without its beginning, it would still hold the secret.
  expect(log).not.toContain(TOKEN.slice(20, 110));
}

test('SE-03: pino, by its recipe, in URLs, errors and headers', async () => {
  const log = await run(`${recipe('', 'js')}${recipe('pino', 'js')}
    for (const url of ${JSON.stringify(LOGGED)}) {
      logger.info({ req: { url, headers: { referer: 'https://app.example.com' + url } } }, 'request ' + url);
      logger.error(new Error('failed at ' + url), 'failed');
    }`);
  expectScrubbed(log);
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2 * LOGGED.length);
  expect(lines[2].req.url).toBe('/login/callback?token=[scrubbed]&hop=1');
  for (const url of HARMLESS) expect(lines.map(({ req }) => req?.url)).toContain(url);
});

test('SE-03: morgan, by its recipe, in URLs and Referer', async () => {
  const log = await run(`import { once } from 'node:events';
    import express from 'express';
    const app = express();
    ${recipe('', 'js')}${recipe('morgan', 'js')}
    const server = app.use((req, res) => res.end()).listen(0);
    await once(server, 'listening');
    const origin = 'http://localhost:' + server.address().port;
    for (const url of ${JSON.stringify(LOGGED)}) {
      await (await fetch(origin + url, { headers: { referer: origin + url } })).text();
    }
    server.closeAllConnections();
    server.close();`);
  expectScrubbed(log);
  expect(log.trim().split('\n')).toHaveLength(LOGGED.length);
  expect(log).toContain('"GET /login/callback?token=[scrubbed]&hop=1 HTTP/1.1" 200');
  for (const url of HARMLESS) expect(log).toContain(`"GET ${url} HTTP/1.1"`);
});

describe('nginx', () => {
  const config = recipe('nginx', 'nginx');
  const [, pattern = '', replacement = ''] = config.match(/"~\*(.+)" "(.+)";/) ?? [];
  // PCRE's words in it are JavaScript's too.
  const map = (uri: string) => {
    const before = uri.match(new RegExp(pattern, 'i'))?.groups?.before;
    return before === undefined ? uri : replacement.replace('$before', before);
  };

  test.each(URLS)('SE-03: its map leaves nothing of %#', (uri) => {
    expect(map(uri)).toBe('/login/callback?[scrubbed]');
  });

  test.each(NOT_ME_URLS)('SE-03: nor of a "not me" link, %#', (uri) => {
    expect(map(uri)).toBe('/login/not-me?[scrubbed]');
  });

  test.each(HARMLESS)('its map leaves %s alone', (uri) => {
    expect(map(uri)).toBe(uri);
  });

  test('SE-03: its format has no variable that holds the URL in another way', () => {
    const format = config.match(/^log_format .*$/m)?.[0] ?? '';
    expect(format).toContain('$scrubbed_uri');
    expect(format).not.toMatch(/\$(request|request_uri|uri|args|query_string|http_referer|http_cookie|arg_\w+)\b(?!_)/);
  });
});
