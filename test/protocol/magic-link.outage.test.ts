/** The protocol over a store that does not answer. */
import { describe, expect, test } from 'vitest';
import { UnavailableError } from '../../lib/errors.js';
import type { IssuedLink } from '../../lib/protocol/outcomes.js';
import type { LinkStore } from '../../lib/protocol/store.js';
import { documented } from '../support/errors.js';
import { App, World } from '../support/magic-link.js';

describe('FT-01, FT-02: a store that does not answer', () => {
  test.each<[keyof LinkStore, (app: App, link: IssuedLink) => Promise<unknown>]>([
    ['issue', (app) => app.requestLink()],
    ['open', (app, link) => app.look(link)],
    ['redeem', (app, link) => app.click(link)],
    ['redeemByCode', (app, link) => app.type(link)],
    ['revoke', (app, link) => app.links.revoke(link)],
    ['revoke', (app, link) => app.links.revokeAccount(link.account)],
    ['revoke', (app) => app.links.revokeAll('ada@example.com')],
  ])('%s rejects: unavailable, nothing told, and the link works afterwards', async (method, call) => {
    const world = new World();
    const link = await new App(world).requestLink();
    const cause = new Error('ada@example.com');
    const app = new App(world, { store: world.storeWith({ [method]: () => Promise.reject(cause) }) });

    const error = await call(app, link).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({
      part: 'store',
      status: 503,
      message: documented('the store is unavailable', 'unavailable'),
      cause,
    });
    expect(app.heard).toEqual([]);
    expect(await new App(world).statusOf(link)).toBe('redeemed');
  });
});
