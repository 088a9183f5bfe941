/** An account's life around the login, with a user table as an app has one: first proof, refusal, deletion, change. */
import { describe, expect, test } from 'vitest';
import type { Claims } from '../../lib/index.js';
import { ada, plainRoutes, requestLink, startApp, tellingRoutes, typesOf, userOf } from '../support/app.js';

interface User {
  readonly id: number;
  email: string;
  provenAt: number | undefined;
  password: string | undefined;
  disabled: boolean;
}

/** The example of docs/accounts.md, over a table in memory. */
class Users {
  readonly rows: User[] = [];
  /** Whose sessions were ended. */
  readonly ended: number[] = [];

  add(email: string, more: Partial<User> = {}): User {
    const user = {
      id: this.rows.length + 1,
      email,
      provenAt: undefined,
      password: undefined,
      disabled: false,
      ...more,
    };
    this.rows.push(user);
    return user;
  }

  find = (email: string) => this.rows.find((user) => user.email === email);

  readonly verify = async ({ address, state }: Claims) => {
    const user = this.find(address) ?? (state === undefined ? this.add(address) : undefined);
    if (!user || user.disabled) return false;
    return state === undefined || state === String(user.id) ? user : false;
  };

  readonly hooks = {
    isFirstProof: (user: unknown) => (user as User).provenAt === undefined,
    onFirstProof: async (user: unknown) => {
      Object.assign(user as User, { password: undefined, provenAt: 1 });
      this.ended.push((user as User).id);
    },
    endSessions: async (user: unknown) => void this.ended.push((user as User).id),
  };
}

async function startUsers(ask: object = {}, hooks: object = {}) {
  const users = new Users();
  const app = await startApp({
    options: { ...users.hooks, ...hooks },
    verify: users.verify,
    routes: Object.keys(ask).length === 0 ? tellingRoutes : (bare, test) => plainRoutes(bare, test, {}, ask),
  });
  return { users, app, browser: app.browser() };
}

describe('AC-01: the first proof of a mailbox', () => {
  test('AC-01: what a stranger put into the account before is gone when its owner comes', async () => {
    const { users, app, browser } = await startUsers();
    const { id } = users.add(ada.email, { password: 'the attacker’s' });
    await browser.get((await requestLink(app, browser)).path);
    expect(await userOf(browser)).toEqual(ada);
    expect(users.find(ada.email)).toMatchObject({ id, password: undefined, provenAt: 1 });
    expect(users.ended).toEqual([id]);
  });

  test('AC-01: it comes once: what the owner sets later stays', async () => {
    const { users, app, browser } = await startUsers();
    const user = users.add(ada.email, { provenAt: 1, password: 'the owner’s' });
    await browser.get((await requestLink(app, browser)).path);
    expect(await userOf(browser)).toEqual(ada);
    expect([user.password, users.ended]).toEqual(['the owner’s', []]);
  });

  test('AC-01: nobody is logged in before it is done', async () => {
    const { users, app, browser } = await startUsers({}, { onFirstProof: () => Promise.reject(new Error('no table')) });
    users.add(ada.email, { password: 'the attacker’s' });
    const { path } = await requestLink(app, browser);
    expect((await browser.get(path)).status).toBe(500);
    expect(await userOf(browser)).toBeUndefined();
    // The link is spent all the same: the person asks again.
    expect((await browser.get(path)).json()).toMatchObject({ code: 'link_used' });
  });

  test('AC-01: whoever is refused proves nothing', async () => {
    const { users, app, browser } = await startUsers();
    const user = users.add(ada.email, { disabled: true, password: 'kept' });
    await browser.get((await requestLink(app, browser)).path);
    expect([user.password, user.provenAt, users.ended]).toEqual(['kept', undefined, []]);
  });

  test.each([
    [{ onFirstProof: () => {} }, /^isFirstProof and onFirstProof need each other/],
    [{ isFirstProof: () => true }, /^isFirstProof and onFirstProof need each other/],
    [{ endSessions: true }, /^endSessions must be a function/],
  ])('a wrong option is refused: %j', async (options, message) => {
    await expect(startApp({ options: options as object })).rejects.toThrow(message);
  });
});

test('AC-02: a disabled user is refused, and the link is spent', async () => {
  const { users, app, browser } = await startUsers();
  users.add(ada.email, { disabled: true });
  const { path } = await requestLink(app, browser);
  expect((await browser.get(path)).json()).toMatchObject({ code: 'login_refused' });
  expect((await browser.get(path)).json()).toMatchObject({ code: 'link_used' });
  expect(await userOf(browser)).toBeUndefined();
  expect(typesOf(app)).toContain('login.refused');
});

describe('AC-03: an address that was deleted and registered again', () => {
  test('AC-03: the user is who has the address when the link is opened', async () => {
    const { users, app, browser } = await startUsers();
    users.add(ada.email, { provenAt: 1 });
    const { path } = await requestLink(app, browser);
    users.rows.length = 0;
    users.add('somebody@example.com');
    const again = users.add(ada.email);
    await browser.get(path);
    expect(users.ended).toEqual([again.id]);
  });

  test('AC-03: a link that was requested in the name of a user is nobody else’s, whoever has the address now', async () => {
    const { users, app, browser } = await startUsers({ state: '1' });
    users.add(ada.email, { provenAt: 1 });
    const { path } = await requestLink(app, browser);
    users.rows.length = 0;
    users.add('somebody@example.com');
    users.add(ada.email, { provenAt: 1 });
    await browser.get(path);
    expect(await userOf(browser)).toBeUndefined();
    expect(typesOf(app)).toContain('login.refused');
  });
});

describe('SS-10: a change of address', () => {
  test('SS-10, RC-11: no link of either address works, and the sessions of the person end', async () => {
    const { users, app, browser } = await startUsers();
    const user = users.add(ada.email, { provenAt: 1 });
    const { path } = await requestLink(app, browser);
    user.email = 'lovelace@example.com';
    await app.strategy.addressChanged({ user, from: ada.email, to: user.email });
    expect(users.ended).toEqual([user.id]);
    expect((await browser.get(path)).json()).toMatchObject({ code: 'link_revoked' });
    expect(users.rows).toHaveLength(1);
  });

  test('SS-10: where sessions cannot be ended the app hears of it, and the links are dead', async () => {
    const { app, browser } = await startUsers({}, { endSessions: () => Promise.reject(new Error('no sessions')) });
    await requestLink(app, browser);
    const change = app.strategy.addressChanged({ user: {}, from: ada.email, to: 'lovelace@example.com' });
    await expect(change).rejects.toThrow('no sessions');
    expect(await app.strategy.outstanding(ada.email)).toEqual([]);
  });
});
