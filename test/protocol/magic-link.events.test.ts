/** The protocol over the memory store: what is told of a link, and what never is. */
import { describe, expect, test } from 'vitest';
import type { EventType } from '../../lib/events/events.js';
import type { IssuedLink } from '../../lib/protocol/outcomes.js';
import { type App, another, NEW, newApp, requester, TTL, tokenIn } from '../support/magic-link.js';

describe('AL-01: events', () => {
  const WRONG = 'WRNG-C0DE';
  const later = (app: App) => (app.world.now += 10_000);

  test.each<[string, (app: App, link: IssuedLink) => unknown, ([EventType] | [EventType, number])[]]>([
    ['a look', (app, link) => app.look(link), []],
    ['a look elsewhere', (app, link) => app.look(link, another), [['link.opened_elsewhere']]],
    ['a login', (app, link) => app.click(link), [['link.redeemed']]],
    ['a GET elsewhere', (app, link) => app.click(link, another, 'GET'), [['link.opened_elsewhere']]],
    ['a POST elsewhere', (app, link) => app.click(link, another, 'POST'), [['link.wrong_browser', 1]]],
    ['a POST without a browser', (app, link) => app.click(link, 'none', 'POST'), [['link.wrong_browser', 1]]],
    ['a login by code', (app, link) => app.type(link), [['link.redeemed']]],
    ['a wrong code', (app, link) => app.type(link, WRONG), [['code.wrong', 1]]],
    ['what is no code', (app, link) => app.type(link, 'hello'), []],
    ['a code elsewhere', (app, link) => app.type(link, link.code, another), []],
    ['a report', (app, link) => app.links.reportNotMe(link), [['link.not_me']]],
    ['a withdrawal', (app, link) => app.links.revoke(link), [['link.revoked', 1]]],
  ])('%s', async (_what, act, expected) => {
    const app = newApp();
    const link = await app.requestLink();
    app.heard.length = 0;
    await act(app, link);
    expect(app.heard.map(({ type, count }) => (count === undefined ? [type] : [type, count]))).toEqual(expected);
    for (const event of app.heard) expect(event).toMatchObject({ account: link.account, link: link.recordId });
  });

  test.each<[string, (app: App, link: IssuedLink) => unknown, (app: App, link: IssuedLink) => unknown, EventType[]]>([
    [
      'a second POST elsewhere',
      (a, l) => a.click(l, another, 'POST'),
      (a, l) => a.click(l, another, 'POST'),
      ['link.wrong_browser'],
    ],
    ['a click parallel to the login', (a, l) => a.click(l), (a, l) => a.click(l), []],
    ['a click later than that', (a, l) => a.click(l).then(() => later(a)), (a, l) => a.click(l), ['link.used_again']],
    ['a look later than that', (a, l) => a.click(l).then(() => later(a)), (a, l) => a.look(l), ['link.used_again']],
    ['a code parallel to the login', (a, l) => a.click(l), (a, l) => a.type(l), []],
    ['a code later than that', (a, l) => a.click(l).then(() => later(a)), (a, l) => a.type(l), ['link.used_again']],
    ['a code past the store’s end', (a) => (a.world.ahead = TTL * 1000), (a, l) => a.type(l), []],
    ['a code for what is withdrawn', (a, l) => a.links.revoke(l), (a, l) => a.type(l), []],
    ['a click elsewhere after it', (a, l) => a.click(l), (a, l) => a.click(l, another), ['link.opened_elsewhere']],
    ['a click past its end', (a) => (a.world.now += TTL * 1000), (a, l) => a.click(l), ['link.expired']],
    ['a look past the store’s end', (a) => (a.world.ahead = TTL * 1000), (a, l) => a.look(l), ['link.expired']],
    ['a click past the store’s end', (a) => (a.world.ahead = TTL * 1000), (a, l) => a.click(l), ['link.expired']],
    ['a click on what is withdrawn', (a, l) => a.links.revoke(l), (a, l) => a.click(l), []],
    ['a second withdrawal', (a, l) => a.links.revoke(l), (a, l) => a.links.revoke(l), []],
    ['a withdrawal of all where none is left', (a, l) => a.click(l), (a) => a.links.revokeAll('ada@example.com'), []],
  ])('%s', async (_what, before, act, expected) => {
    const app = newApp();
    const link = await app.requestLink();
    await before(app, link);
    app.heard.length = 0;
    await act(app, link);
    expect(app.heard.map(({ type }) => type)).toEqual(expected);
  });

  test('a request', async () => {
    const app = newApp();
    const { account, recordId } = await app.requestLink();
    const told = {
      type: 'link.requested',
      severity: 'info',
      id: 'event-id',
      time: 1_700_000_000,
      account,
      link: recordId,
    };
    expect(app.heard).toEqual([told]);
  });

  test('BD-14: wrong browsers are counted a link, and a GET is none', async () => {
    const app = newApp();
    const [one, two] = [await app.requestLink(), await app.requestLink()];
    for (const link of [one, one, two, one]) {
      await app.click(link, another, 'GET');
      await app.click(link, another, 'POST');
    }
    const wrong = app.heard.filter(({ type }) => type === 'link.wrong_browser');
    expect(wrong.map(({ count }) => count)).toEqual([1, 2, 1, 3]);
  });

  test('a login by code says so', async () => {
    const app = newApp();
    await app.type(await app.requestLink());
    expect(app.heard.at(-1)).toMatchObject({ type: 'link.redeemed', severity: 'info', reason: 'code' });
  });

  test('SE-01: nothing secret is in any of them', async () => {
    const app = newApp();
    const links = [
      await app.requestLink(),
      await app.requestLink(undefined, requester, { state: 'state-of-ada' }),
      await app.requestLink(),
    ];
    for (const link of links) {
      for (let i = 0; i < 6; i++) await app.type(link, WRONG);
      app.links.reportNotMe(link);
      for (const by of [another, requester, requester]) await app.click(link, by, 'POST');
      later(app);
      await app.look(link);
    }
    await app.requestLink();
    await app.links.revokeAll('ada@example.com');
    app.world.now += TTL * 1000;
    for (const link of links) await app.click(link);

    expect(new Set(app.heard.map(({ type }) => type)).size).toBe(9);
    const told = JSON.stringify(app.heard);
    const secrets = ['ada', '@', 'session', 'nonce', 'pbl_', 'pbn_', ...links.map(({ url }) => tokenIn(url).slice(60))];
    secrets.push(NEW, WRONG, WRONG.replace('-', ''));
    for (const { code = '', notMe } of links) secrets.push(code, code.replace('-', ''), notMe.slice(60));
    expect(secrets.filter((secret) => told.includes(secret))).toEqual([]);
  });
});
