/** The example app as a process of its own, seen from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { Browser } from './browser.js';

export interface Example {
  readonly origin: string;
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  browser(): Browser;
  /** The newest mail with a link in the dev inbox to this address, as soon as it is there. */
  mailTo(address: string): Promise<InboxMail>;
  /** Ends it by SIGTERM, and resolves with its exit code. */
  stop(): Promise<number | null>;
}

export interface InboxMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  link: string;
  headers: Record<string, string>;
}

const ROOT = new URL('../..', import.meta.url).pathname;

/** With PORT=0 and nothing else from outside, unless `env` says so. */
export async function startExample(env: Record<string, string> = {}): Promise<Example> {
  const { child, stdout, stderr } = spawnExample({ PORT: '0', ...env });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      if (stdout().includes('\n')) resolve(stdout());
    });
    child.once('exit', (code) => reject(new Error(`the example ended with ${code}:\n${stderr()}`)));
  });
  const origin = line.match(/listening on (\S+?),?\s/)?.[1] ?? '';
  const browser = () => new Browser(origin);
  return {
    origin,
    process: child,
    stdout,
    stderr,
    browser,
    async mailTo(address) {
      for (;;) {
        const mails = (await browser().getJson('/dev/inbox.json')).json<InboxMail[]>();
        const mail = mails.find(({ to, link }) => to === address && link !== undefined);
        if (mail) return mail;
      }
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      return code;
    },
  };
}

/** Runs the example until it ends by itself, or its test is over. */
export async function runExample(
  env: Record<string, string>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { child, stdout, stderr } = spawnExample({ PORT: '0', ...env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [code] = await once(child, 'close');
  return { code, stdout: stdout(), stderr: stderr() };
}

function spawnExample(env: Record<string, string>) {
  const child = spawn(process.execPath, ['example-app/main.js'], {
    cwd: ROOT,
    // Tests ask more often than people may; those of the limits say so.
    env: { PATH: process.env.PATH, LIMITS: 'off', ...env },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return { child, stdout: () => out, stderr: () => err };
}
