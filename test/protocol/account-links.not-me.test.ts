/** The links of an account, over the memory store: reported as "this was not me". */
import { describe, expect, test } from 'vitest';
import { App, another, newApp, requester, tokenIn, World } from '../support/magic-link.js';

const WEEK = 7 * 24 * 3600 * 1000;

describe('the not-me token of an issued link', () => {
  test('names it, and the login token does not', async () => {
    const app = newApp();
    const issued = await app.requestLink();
    const { account, recordId, notMe, url } = issued;
    expect(app.links.readNotMe(notMe)).toEqual({ account, recordId });
    expect(app.links.readNotMe(tokenIn(url))).toBeUndefined();
    expect(app.login.read(notMe)).toEqual({ status: 'invalid' });
  });

  test('still names it when the link is over, used or revoked', async () => {
    const app = newApp();
    const issued = await app.requestLink();
    await app.click(issued);
    app.world.now += WEEK - 1;
    expect(app.links.readNotMe(issued.notMe)).toBeDefined();
    app.world.now += 1;
    expect(app.links.readNotMe(issued.notMe)).toBeUndefined();
  });

  test('AL-01: a report is told, and changes nothing, however often', async () => {
    const world = new World();
    const app = new App(world);
    const issued = await app.requestLink();
    app.heard.length = 0;
    for (let i = 0; i < 3; i++) app.links.reportNotMe(issued);
    const { account, recordId } = issued;
    expect(app.heard).toEqual(
      Array(3).fill({
        type: 'link.not_me',
        severity: 'warning',
        id: 'event-id',
        time: 1_700_000_000,
        account,
        link: recordId,
      }),
    );
    expect(await app.look(issued, another)).toBe('mismatch');
    expect(await app.statusOf(issued, requester)).toBe('redeemed');
  });
});
