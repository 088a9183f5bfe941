/** Alerts: repeated failures that are counted and reported, and decide nothing. */
import { describe, expect, test } from 'vitest';
import { type App, another, newApp } from '../support/magic-link.js';

const WRONG = 'WRNG-C0DE';

describe('wrong browsers', () => {
  test('BD-14: the tenth wrong browser of a link is a high event, and the link lives on', async () => {
    const app = newApp();
    const link = await app.requestLink();
    app.heard.length = 0;
    for (let i = 0; i < 12; i++) await app.click(link, another, 'POST');
    expect(app.heard.map(({ severity }) => severity)).toEqual([
      ...Array(9).fill('warning'),
      'high',
      'warning',
      'warning',
    ]);
    expect(await app.statusOf(link)).toBe('redeemed');
  });
});

describe('wrong codes', () => {
  /** As many as one link takes. */
  const wrongCodes = async (app: App, address: string) => {
    const link = await app.requestLink(address);
    for (let i = 0; i < 5; i++) expect((await app.type(link, WRONG)).status).toBe('wrong');
  };

  test('EN-05: each hundred of an account in a day is a high event, however many links they are for', async () => {
    const app = newApp();
    for (let i = 0; i < 41; i++) await wrongCodes(app, `ada+${i}@example.com`);
    await wrongCodes(app, 'bob@example.com');
    const raised = app.heard.filter(({ type }) => type === 'signal.raised');
    const { account } = await app.requestLink();
    expect(raised).toMatchObject(
      [100, 200].map((count) => ({ severity: 'high', reason: 'wrong_codes', account, count })),
    );
    expect(raised).toHaveLength(2);
  });
});

describe('EN-06: forged tokens are counted, for alerts only', () => {
  const forge = (app: App, times: number) => {
    for (let i = 0; i < times; i++) expect(app.login.read(`pbl_${'A'.repeat(112)}`)).toEqual({ status: 'invalid' });
  };

  test('EN-06: a forged token is no event by itself', () => {
    const app = newApp();
    app.login.read(`pbl_${'A'.repeat(112)}`);
    expect(app.heard).toEqual([]);
  });

  test('EN-06: each hundredth within an hour is told', () => {
    const app = newApp();
    forge(app, 99);
    expect(app.heard).toEqual([]);
    forge(app, 101);
    expect(app.heard).toMatchObject(
      [100, 200].map((count) => ({ type: 'signal.raised', severity: 'high', reason: 'forged_tokens', count })),
    );
  });

  test('EN-06: fewer than a hundred an hour are not', () => {
    const app = newApp();
    forge(app, 99);
    app.world.now += 3_600_001;
    forge(app, 99);
    expect(app.heard).toEqual([]);
  });
});
