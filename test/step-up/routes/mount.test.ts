/** The step-up warns the developer if it is mounted where its own links do not lead. */
import express from 'express';
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import { startStepUp } from '../../support/step-up.js';

let emitWarning: MockInstance<typeof process.emitWarning>;
beforeEach(() => {
  emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
});
afterEach(() => emitWarning.mockRestore());

const mountWarnings = () =>
  emitWarning.mock.calls
    .filter(([, options]) => (options as { code?: string } | undefined)?.code === 'PBL_MOUNT')
    .map(([text]) => String(text));

/** Asks twice for the page of a step-up whose links lead to `path`, and which is mounted at `mount`. */
async function askAt(mount: string, path: string, url: string = mount): Promise<void> {
  const app = await startStepUp({
    stepUp: { path },
    routes: (app, { stepUp }) => app.use(mount, stepUp.router()),
  });
  for (const from of [url, `${url}/factors`]) expect((await app.browser().get(from)).status).toBe(303);
}

test.each([
  ['/account/confirm', '/step-up'],
  ['/confirm', '/account/step-up'],
  ['/up', '/step-up'],
])('mounted at %s, with links to %s: one warning, which says what to set', async (mount, path) => {
  await askAt(mount, path);
  expect(mountWarnings()).toEqual([
    `stepUp.router() is mounted at ${mount}, and its links lead to ${path}: set the option path (see passport-bound-link/docs/errors.md#PBL_MOUNT)`,
  ]);
});

test.each([
  ['at the path', '/step-up', '/step-up', '/step-up'],
  ['whatever the case', '/step-up', '/step-up', '/Step-Up'],
  ['behind a proxy that removes the beginning of the path', '/step-up', '/app/step-up', '/step-up'],
  ['behind a proxy that adds a beginning', '/tenants/:tenant/step-up', '/step-up', '/tenants/acme/step-up'],
])('no warning %s', async (_where, mount, path, url) => {
  await askAt(mount, path, url);
  expect(mountWarnings()).toEqual([]);
});

test('no warning in a sub-app', async () => {
  const app = await startStepUp({
    stepUp: { path: '/app/step-up' },
    routes: (app, { stepUp }) => app.use('/app', express().use('/step-up', stepUp.router())),
  });
  expect((await app.browser().get('/app/step-up')).status).toBe(303);
  expect(mountWarnings()).toEqual([]);
});
