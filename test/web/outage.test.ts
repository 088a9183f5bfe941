/** An outage that a router answers: the developer is told what did not answer, once for each cause, and no secret. */
import type { Request, Response } from 'express';
import { expect, test, vi } from 'vitest';
import { UnavailableError } from '../../lib/index.js';
import { answerOutage } from '../../lib/web/outage.js';
import { requestLink, startRouter } from '../support/app.js';
import { documented } from '../support/errors.js';
import { warningsOf } from '../support/warnings.js';

const WARNING = 'PBL_UNAVAILABLE';
const failing = () => {
  const handler = answerOutage(async () => undefined);
  return (...[part, cause]: ConstructorParameters<typeof UnavailableError> | [never, unknown]) =>
    handler(new UnavailableError(part, { cause } as ErrorOptions), {} as Request, {} as Response, vi.fn());
};

test.each([
  ['assess', new TypeError('boom'), 'the assess is unavailable: TypeError: boom'],
  ['second channel', 'refused', 'the second channel is unavailable: no reason given'],
  [
    'store',
    Object.assign(new Error('connect failed to secret'), { code: 'ECONNREFUSED' }),
    'the store is unavailable: ECONNREFUSED',
  ],
  ['store', new Error('NOPERM this user cannot read pbl:{secret}'), 'the store is unavailable: NOPERM'],
  ['session store', new Error('set sess:secret failed'), 'the session store is unavailable: Error'],
])('%s, %s: %s', (part, cause, text) => {
  const warnings = warningsOf(WARNING);
  failing()(part as never, cause);
  expect(warnings()).toEqual([documented(text, WARNING)]);
});

test('SE-01: of a store nothing is said that its client said of the command', () => {
  const warnings = warningsOf(WARNING);
  failing()('store' as never, Object.assign(new Error('it broke: pbl:{secret}'), { command: { args: ['secret'] } }));
  expect(warnings().join()).not.toContain('secret');
});

test('each cause once, and no more than twenty', () => {
  const warnings = warningsOf(WARNING);
  const fail = failing();
  for (let i = 0; i < 50; i++) fail('assess' as never, new Error(`login ${Math.floor(i / 2)}`));
  expect(warnings()).toHaveLength(20);
  expect(new Set(warnings()).size).toBe(20);
});

test('a throwing `assess` is 503 by the router, and the developer is told why', async () => {
  const warnings = warningsOf(WARNING);
  const { app, browser } = await startRouter({
    options: {
      assess: () => {
        throw new Error('the reputation service is down');
      },
    },
  });
  const { path } = await requestLink(app, browser);
  expect((await browser.get(path)).status).toBe(503);
  expect(warnings()).toEqual([documented('the assess is unavailable: Error: the reputation service is down', WARNING)]);
});
