/** An app whose stores fail as a test says, and the answer that an outage gets. */
import session from 'express-session';
import { expect } from 'vitest';
import { type MagicLinkOptions, MemoryStore } from '../../lib/index.js';
import { Mailbox, startApp, type TestAppConfig } from './app.js';
import type { Answer } from './browser.js';

export async function startBreakable({ options, queueSize, deliver, routes }: Config = {}) {
  const links = new MemoryStore({ maxLinks: 2 });
  const sessions = new session.MemoryStore();
  const mailbox = new Mailbox();
  const app = await startApp({
    options: {
      store: links,
      mail: { deliver: deliver ?? mailbox.deliver, ...(queueSize && { queueSize }) },
      ...options,
    },
    // What would write the session once more at the end of the answer.
    session: { store: sessions, rolling: true, resave: true },
    ...(routes && { routes }),
  });
  return { app: { ...app, mailbox }, links, sessions, browser: app.browser() };
}

interface Config {
  options?: Partial<MagicLinkOptions>;
  queueSize?: number;
  deliver?: () => unknown;
  routes?: TestAppConfig['routes'];
}

/** Takes the place of one method until it is called. */
export function spoil<T extends object>(target: T, method: keyof T, by: (...args: never[]) => unknown): () => void {
  const original = target[method];
  Object.assign(target, { [method]: by });
  return () => void Object.assign(target, { [method]: original });
}

export function expectUnavailable(answer: Answer) {
  expect([answer.status, answer.headers['retry-after'], answer.json().error]).toEqual([503, '15', 'unavailable']);
  expect(answer.setCookies).toEqual([]);
}

export const refuse = () => Promise.reject(new Error('connection refused'));
