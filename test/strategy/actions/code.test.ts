/** The code, refused: whatever is wrong about it, the answer is the same. */
import { describe, expect, test } from 'vitest';
import { type MagicLinkOptions, MemoryStore } from '../../../lib/index.js';
import { ada, CODE, codeOf, requestLink, startRouter, type TestApp, typesOf, userOf } from '../../support/app.js';
import type { Answer, Browser } from '../../support/browser.js';

const WRONG = '0000-0000';

async function start(options: Partial<MagicLinkOptions> = {}) {
  let now = Date.now();
  const clock = () => now;
  const store = new MemoryStore({ clock });
  const { app, browser } = await startRouter({ options: { clock, store, ...options } });
  return { app, browser, store, pass: (seconds: number) => (now += seconds * 1000) };
}

type Started = Awaited<ReturnType<typeof start>>;

/** The right code, where there is one, typed when it does not work. */
interface Refused {
  start?: () => Promise<Started>;
  /** What is typed, and where. */
  typed: (started: Started) => Promise<{ code: string; browser: Browser }>;
}

const rightCode = async ({ app, browser }: Started) => {
  const { token } = await requestLink(app, browser);
  return { code: codeOf(app, token), browser };
};

const limited = () =>
  start({ limits: { account: { quarterHour: 1, networkQuarterHour: 1 }, network: { quarterHour: 100 }, resend: 1 } });

const REFUSED: Record<string, Refused> = {
  wrong: { typed: async (started) => ({ ...(await rightCode(started)), code: WRONG }) },
  'of another link': {
    typed: async (started) => {
      const { token } = await requestLink(started.app, started.app.browser());
      return { ...(await rightCode(started)), code: codeOf(started.app, token) };
    },
  },
  'of this browser’s earlier link': {
    typed: async (started) => {
      const { code } = await rightCode(started);
      return { ...(await rightCode(started)), code };
    },
  },
  'limited, and the first that this browser requested': {
    start: limited,
    typed: async ({ app, browser }) => {
      const { token } = await requestLink(app, app.browser());
      expect((await browser.post('/login', ada)).status).toBe(303);
      expect(typesOf(app)).toContain('link.limited');
      return { code: codeOf(app, token), browser };
    },
  },
  'never delivered': {
    start: () => start({ mayReceive: () => false }),
    typed: async ({ browser }) => {
      await browser.post('/login', ada);
      return { code: WRONG, browser };
    },
  },
  revoked: {
    typed: async (started) => {
      const right = await rightCode(started);
      expect(await started.app.strategy.revokeAll(ada.email)).toBe(1);
      return right;
    },
  },
  expired: {
    typed: async (started) => {
      const right = await rightCode(started);
      started.pass(600);
      return right;
    },
  },
  'locked by five wrong ones': {
    typed: async (started) => {
      const right = await rightCode(started);
      for (let i = 0; i < 5; i++) await right.browser.post(CODE, { code: WRONG });
      return right;
    },
  },
  'under deny': { start: () => start({ otherBrowser: 'deny' }), typed: rightCode },
  ...Object.fromEntries(
    ['', 'ABCD', 'ABCD-EFGHJ', 'ABCD-EFG!', 'UUUU-UUUU', 'x'.repeat(65), 'ＡＢＣ', '\u{1F511}'.repeat(4)].map(
      (code) => [
        `no code at all: ${JSON.stringify(code).slice(0, 20)}`,
        { typed: async (started: Started) => ({ ...(await rightCode(started)), code }) },
      ],
    ),
  ),
};

/** All that the browser gets, but for what differs between any two answers. */
const whole = ({ status, headers, text, setCookies }: Answer, { origin }: TestApp) => {
  const { date: _, etag: _etag, 'content-length': _length, ...rest } = headers;
  return { status, headers: rest, text: text.replaceAll(new URL(origin).host, 'host'), setCookies };
};

const sameAsWrong = async (refused: Refused, send: (browser: Browser, code: string) => Promise<Answer>) => {
  const answers = [];
  for (const each of [REFUSED.wrong as Refused, refused]) {
    const started = await (each.start ?? start)();
    const { browser, code } = await each.typed(started);
    // Past the cooldown, which is the browser's own and is shown to it.
    started.pass(1);
    answers.push(whole(await send(browser, code), started.app));
    expect(await userOf(browser)).toBeUndefined();
  }
  const [wrong, answer] = answers;
  return { wrong, answer };
};

describe.each(Object.entries(REFUSED))('EN-01: a code that is %s', (_what, refused) => {
  test('is code_wrong as JSON, to the last header', async () => {
    const { wrong, answer } = await sameAsWrong(refused, (browser, code) => browser.postJson(CODE, { code }));
    expect([answer?.status, answer?.text, answer?.setCookies]).toEqual([401, '{"error":"code_wrong"}', []]);
    expect(answer).toEqual(wrong);
  });
});

describe.each(Object.entries(REFUSED).filter(([what]) => what !== 'under deny'))(
  'EN-01: the page for a code that is %s',
  (_what, refused) => {
    test('is the waiting page, to the last character, with what is wrong', async () => {
      const { wrong, answer } = await sameAsWrong(refused, (browser, code) => browser.post(CODE, { code }));
      expect(answer?.text).toContain('role="alert">That code doesn’t work.');
      expect(answer).toEqual(wrong);
    });
  },
);
