/** The hook that judges a login, after `verify` and before anybody is logged in: what each answer does. */
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type AssessContext, authContext, type MagicLinkOptions } from '../../lib/index.js';
import { renewSession } from '../../lib/session/renew.js';
import { ada, requestLink, startApp, type TestApp, tellingRoutes, typesOf, userOf } from '../support/app.js';
import type { Browser } from '../support/browser.js';
import { misuse } from '../support/errors.js';

/** An app that something guards held logins in, or that nothing does. */
async function start(options: Partial<MagicLinkOptions>, hasGuard = true): Promise<TestApp> {
  const app = await startApp({
    options,
    routes: (express, test) => {
      tellingRoutes(express, test);
      express.get('/auth', (req, res) => {
        const { decision } = authContext(req) ?? {};
        res.json({ decision, address: test.strategy.port.heldAddress(req) });
      });
      express.post('/renew', (req, res, next) => {
        renewSession(req, () => {}).then((renewed) => res.json({ renewed }), next);
      });
    },
  });
  if (hasGuard) app.strategy.port.acceptHeldLogins();
  return app;
}

async function click(app: TestApp) {
  const browser = app.browser();
  const { path, token } = await requestLink(app, browser);
  return { browser, path, token, answer: await browser.get(path) };
}

const authOf = async (browser: Browser) => (await browser.get('/auth')).json<{ decision?: string; address?: string }>();

async function expectRefused(app: TestApp) {
  const { browser, path, answer } = await click(app);
  expect([answer.status, answer.json().code]).toEqual([401, 'login_refused']);
  expect(await userOf(browser)).toBeUndefined();
  expect((await browser.get(path)).json().code).toBe('link_used');
  expect(app.events.find(({ type }) => type === 'login.refused')).toMatchObject({
    reason: 'assess',
    severity: 'warning',
  });
  expect(typesOf(app)).not.toContain('login.held');
}

test('by default every login is allowed', async () => {
  const app = await start({});
  const { browser, answer } = await click(app);
  expect([answer.status, await authOf(browser)]).toEqual([200, { decision: 'allow' }]);
});

test('it is given the claims, the user, the request, and what stands for the mailbox', async () => {
  const seen: AssessContext[] = [];
  const app = await start({
    assess: (context) => {
      seen.push(context);
      return 'allow';
    },
  });
  const { token } = await click(app);
  expect(seen).toHaveLength(1);
  const [{ claims, user, req, accountTags, signal } = {} as AssessContext] = seen;
  expect(claims.address).toBe(ada.email);
  expect(user).toEqual(ada);
  expect(req.query.token).toBe(token);
  expect(accountTags).toEqual(app.strategy.accountTags(ada.email));
  expect(signal).toBeInstanceOf(AbortSignal);
});

test('it comes after verify: whom that refuses is not judged', async () => {
  const assess = vi.fn(() => 'allow' as const);
  const app = await startApp({ options: { assess }, verify: async () => false, routes: tellingRoutes });
  expect((await click(app)).answer.json().code).toBe('login_refused');
  expect(assess).not.toHaveBeenCalled();
});

describe('deny', () => {
  test('AL-04: refuses the login, and the link is spent', () => start({ assess: () => 'deny' }).then(expectRefused));

  test('AL-04: is also what stepUp means where nothing guards held logins', async () => {
    await expectRefused(await start({ assess: () => 'stepUp' }, false));
  });

  test('is said by a promise, and by an assessment', async () => {
    await expectRefused(await start({ assess: async () => 'deny' as const }));
    await expectRefused(await start({ assess: () => ({ decision: 'deny', raised: [] }) }));
  });
});

describe('stepUp', () => {
  test('AL-04: logs in, and holds the login', async () => {
    const app = await start({ assess: () => 'stepUp' });
    const { browser, answer } = await click(app);
    expect(answer.status).toBe(200);
    expect(await userOf(browser)).toEqual(ada);
    expect(await authOf(browser)).toEqual({ decision: 'stepUp', address: ada.email });
    const { account, link } = app.events.find(({ type }) => type === 'link.redeemed') ?? {};
    expect(app.events.find(({ type }) => type === 'login.held')).toMatchObject({ account, link, severity: 'warning' });
  });

  test('the hold outlives a new session ID', async () => {
    const app = await start({ assess: () => 'stepUp' });
    const { browser } = await click(app);
    const before = browser.copy();
    expect((await browser.post('/renew')).json()).toEqual({ renewed: true });
    expect(await authOf(browser)).toEqual({ decision: 'stepUp', address: ada.email });
    expect(await authOf(before)).toEqual({});
  });

  test('a held login makes no browser known', async () => {
    let decision: 'allow' | 'stepUp' = 'stepUp';
    const app = await start({ assess: () => decision });
    const { answer } = await click(app);
    const marks = (cookies: readonly string[]) => cookies.filter((cookie) => !cookie.startsWith('sid='));
    expect(marks(answer.setCookies)).toEqual([]);
    decision = 'allow';
    expect(marks((await click(app)).answer.setCookies)).toHaveLength(1);
  });

  test('the next login in this browser is judged anew', async () => {
    let decision: 'allow' | 'stepUp' = 'stepUp';
    const app = await start({ assess: () => decision });
    const { browser } = await click(app);
    decision = 'allow';
    await browser.post('/login/callback', { token: (await requestLink(app, browser)).token });
    expect(await authOf(browser)).toEqual({ decision: 'allow' });
  });
});

describe.each(['deny', 'stepUp', 'allow'] as const)('%s', (decision) => {
  test('the account hooks are called for an allowed login alone', async () => {
    const [isFirstProof, onFirstProof] = [vi.fn(() => true), vi.fn()];
    const app = await start({ assess: () => decision, isFirstProof, onFirstProof });
    await click(app);
    const calls = decision === 'allow' ? 1 : 0;
    expect([isFirstProof.mock.calls.length, onFirstProof.mock.calls.length]).toEqual([calls, calls]);
  });

  test('AL-04: each reason is an event, a warning or, of a deny, high', async () => {
    const app = await start({
      assess: () => ({
        decision,
        raised: [
          { reason: 'dormant', decision: 'stepUp' },
          { reason: 'blocked', decision: 'deny', evidence: 'list 7' },
        ],
      }),
    });
    await click(app);
    const { account, link } = app.events.find(({ type }) => type === 'link.redeemed') ?? {};
    expect(account).toBeDefined();
    expect(app.events.filter(({ type }) => type === 'signal.raised')).toMatchObject([
      { reason: 'dormant', decision: 'stepUp', severity: 'warning', account, link },
      { reason: 'blocked', decision: 'deny', severity: 'high', evidence: 'list 7', account, link },
    ]);
  });
});

describe('an outage is 503, logs nobody in, and spends the link:', () => {
  async function expectUnavailable(
    app: TestApp,
    { browser, path }: { browser: Browser; path: string },
    status: number,
  ) {
    expect(status).toBe(503);
    expect(await userOf(browser)).toBeUndefined();
    expect((await browser.get(path)).json().code).toBe('link_used');
    expect(typesOf(app)).not.toContain('login.refused');
    expect(typesOf(app)).not.toContain('login.held');
  }

  test.each<[string, () => unknown]>([
    [
      'it throws',
      () => {
        throw new Error('no directory');
      },
    ],
    ['it rejects', () => Promise.reject(new Error('no directory'))],
    ['it returns no decision', () => 'yes'],
    ['it returns nothing', () => undefined],
    ['it returns a decision without what was raised', () => ({ decision: 'allow' })],
  ])('FT-14: %s', async (_what, assess) => {
    const app = await start({ assess: assess as never });
    const clicked = await click(app);
    expect(clicked.answer.headers['retry-after']).toBe('15');
    await expectUnavailable(app, clicked, clicked.answer.status);
  });

  test('FT-14: it takes more than five seconds, and is told so', async () => {
    let reached = () => {};
    const called = new Promise<void>((resolve) => {
      reached = resolve;
    });
    let late: AbortSignal | undefined;
    const app = await start({
      assess: ({ signal }) => {
        late = signal;
        reached();
        return new Promise(() => {});
      },
    });
    const browser = app.browser();
    const { path } = await requestLink(app, browser);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const answer = browser.get(path);
    await called;
    vi.advanceTimersByTime(4999);
    expect(late?.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    const { status } = await answer;
    vi.useRealTimers();
    expect(late?.aborted).toBe(true);
    await expectUnavailable(app, { browser, path }, status);
  });
});

test('anything but a function is refused', async () => {
  await expect(start({ assess: 'deny' as never })).rejects.toThrow(
    misuse("assess must be a function of a login that returns 'allow', 'stepUp' or 'deny'"),
  );
});
