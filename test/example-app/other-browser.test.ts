/** The mail opened in another browser, as the contract has it: the code's page and route, "not me", and `OTHER_BROWSER=deny`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, RequestOptions } from '../support/browser.js';
import { type Example, type InboxMail, startExample } from '../support/example.js';
import { notMeLinkIn, tokenIn } from '../support/smtp.js';

let example: Example;
let denying: Example;

beforeAll(async () => {
  [example, denying] = await Promise.all([startExample(), startExample({ OTHER_BROWSER: 'deny' })]);
});

afterAll(() => Promise.all([example.stop(), denying.stop()]));

let people = 0;

async function asking(where = example, agent = '') {
  const address = `person${++people}@example.com`;
  const asker = where.browser();
  await asker.post('/login', { email: address, returnTo: '/account' }, { 'user-agent': agent });
  const mail = await where.mailTo(address);
  return { address, asker, mail, token: tokenIn(mail.link), notMe: tokenIn(notMeLinkIn(mail.text)) };
}

const shownTo = (browser: Browser, { link }: Pick<InboxMail, 'link'>) =>
  browser.postJson('/login/callback', { token: tokenIn(link) });

describe('the code', () => {
  const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

  test('is on a page that says which browser requested it, and where alone to type it', async () => {
    const { mail, token, address } = await asking(example, FIREFOX);
    const { text, status } = await example.browser().post('/login/callback', { token });
    const { code } = (await shownTo(example.browser(), mail)).json<{ code: string }>();
    expect(status).toBe(401);
    expect(text).toContain(`<p class="code">${code}</p>`);
    expect(text).toContain(`Enter it only at ${example.origin} and nowhere else.`);
    expect(text).toContain(', in Firefox on Linux.');
    expect(text).toContain('Never share it.');
    expect(text).not.toContain(address);
    // There is nothing on it to press; whoever has lost the asking browser asks again.
    expect(text).not.toMatch(/<form|<input|<button|<script/);
    expect(text.match(/<a [^>]*>/g)).toEqual(['<a href="/login">']);
  });

  test('is the same whenever it is shown, and no other link’s', async () => {
    const [one, two] = [await asking(), await asking()];
    const codes = await Promise.all(
      [one, one, two].map(async ({ mail }) => (await shownTo(example.browser(), mail)).json<{ code: string }>().code),
    );
    expect(codes[0]).toBe(codes[1]);
    expect(codes[0]).not.toBe(codes[2]);
  });

  test('is typed on the waiting page, which says what is wrong and shows the address again', async () => {
    const { asker, address, mail } = await asking();
    const waiting = await asker.get('/login/sent');
    expect(waiting.text).toContain('<form method="post" action="/login/code">');
    expect(waiting.text).toContain(address);
    const wrong = await asker.post('/login/code', { code: 'ZZZZ-ZZZZ' });
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain('That code doesn’t work.');
    expect(wrong.text).toContain(`name="email" value="${address}"`);
    const { code } = (await shownTo(example.browser(), mail)).json<{ code: string }>();
    const typed = await asker.postJson('/login/code', { code });
    expect(typed.status).toBe(200);
    expect(typed.json()).toEqual({ status: 'authenticated', returnTo: '/account' });
    // The form sent twice is no error.
    expect((await asker.post('/login/code', { code })).headers.location).toBe(`${example.origin}/account`);
    expect((await asker.getJson('/login/sent')).json()).toEqual({ status: 'authenticated', returnTo: '/account' });
  });

  test.each<[string, RequestOptions]>([
    ['no body', {}],
    ['no code', { form: {} }],
    ['IN-01: two', { form: 'code=ABCD-EFGH&code=ABCD-EFGH' }],
    ['IN-02: an array', { json: { code: ['ABCD-EFGH'] } }],
    ['IN-02: an object', { json: { code: { toString: 'ABCD-EFGH' } } }],
    ['IN-02: a number', { json: { code: 12345678 } }],
    ['IN-14: a field that is not its own', { json: { ['__proto__']: { code: 'ABCD-EFGH' } } }],
  ])('%s is invalid_request, and no try', async (_what, options) => {
    const { asker, mail } = await asking();
    for (let i = 0; i < 6; i++) {
      const answer = await asker.send('/login/code', {
        ...options,
        method: 'POST',
        headers: { accept: 'application/json' },
      });
      expect(answer.status).toBe(400);
      expect(answer.json()).toEqual({ error: 'invalid_request' });
    }
    const { code } = (await shownTo(example.browser(), mail)).json<{ code: string }>();
    expect((await asker.postJson('/login/code', { code })).status).toBe(200);
  });

  test('BD-11: where somebody is logged in, the page says that the code switches', async () => {
    const { asker, mail } = await asking();
    await asker.get(mail.link);
    const address = `person${++people}@example.com`;
    await asker.post('/login', { email: address });
    const { link } = await example.mailTo(address);
    const wrong = await asker.post('/login/code', { code: 'ZZZZ-ZZZZ' });
    expect(wrong.text).toMatch(/Someone is already logged in here/);
    expect((await asker.getJson('/account')).json()).not.toMatchObject({ email: address });
    const { code } = (await shownTo(example.browser(), { link })).json<{ code: string }>();
    await asker.postJson('/login/code', { code });
    expect((await asker.getJson('/account')).json()).toMatchObject({ email: address, level: 0 });
  });
});

test('BD-13: an expired link fills in its address where it was requested last, and nowhere else any', async () => {
  const brief = await startExample({ LINK_TTL: '1' });
  const { asker, address, mail } = await asking(brief);
  const stranger = (await asking(brief)).asker;
  // Within its second it is somebody else's, with a page of its own.
  while ((await stranger.get(mail.link)).status === 200);
  expect((await asker.get(mail.link)).text).toContain(`name="email" value="${address}"`);
  await asker.post('/login', { email: 'later@example.com' });
  for (const browser of [stranger, asker, brief.browser()]) {
    const refused = await browser.get(mail.link);
    expect(refused.text).toContain('has expired');
    expect(refused.text).not.toContain('@example.com');
    expect(refused.text).toContain('href="/login"');
  }
  await brief.stop();
});

describe('"this was not me"', () => {
  test('is a page with one button, which reports', async () => {
    const { notMe } = await asking();
    const stranger = example.browser();
    const page = await stranger.get(`/login/not-me?token=${notMe}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('Didn’t request this email?');
    expect(page.text.match(/<form[^>]*>/g)).toEqual(['<form method="post" action="/login/not-me">']);
    expect(page.text.match(/<button/g)).toHaveLength(1);
    const reported = await stranger.post('/login/not-me', { token: notMe });
    expect(reported.status).toBe(200);
    expect(reported.text).toContain('Thanks for letting us know');
    expect((await stranger.postJson('/login/not-me', { token: notMe })).json()).toEqual({ status: 'reported' });
  });

  test.each<[string, RequestOptions, number, string]>([
    ['no token', { form: {} }, 400, 'invalid_request'],
    ['IN-01: two', { form: 'token=a&token=b' }, 400, 'invalid_request'],
    ['IN-02: an array', { json: { token: ['pbn_'] } }, 400, 'invalid_request'],
    ['none of ours', { form: { token: 'pbn_' } }, 401, 'link_invalid'],
  ])('%s is refused', async (_what, options, status, error) => {
    const headers = { accept: 'application/json' };
    const answer = await example.browser().send('/login/not-me', { ...options, method: 'POST', headers });
    expect(answer.status).toBe(status);
    expect(answer.json()).toEqual({ error });
  });
});

describe('with OTHER_BROWSER=deny', () => {
  test('BD-01: another browser is shown no code, and none is taken', async () => {
    const { asker, token, mail } = await asking(denying);
    const stranger = denying.browser();
    expect((await shownTo(stranger, mail)).json()).toEqual({ error: 'wrong_browser' });
    const page = await stranger.post('/login/callback', { token });
    expect(page.status).toBe(401);
    expect(page.text).toContain('works only in the browser where it was requested. Open it there.');
    expect(page.text).not.toContain('class="code"');
    expect((await asker.get('/login/sent')).text).not.toContain('/login/code');
    // The same secret would make the same code: what another app shows is worth nothing here.
    expect((await asker.postJson('/login/code', { code: 'ZZZZ-ZZZZ' })).json()).toEqual({ error: 'code_wrong' });
    expect((await asker.get(mail.link)).status).toBe(303);
  });

  test('"not me" works all the same', async () => {
    const { notMe } = await asking(denying);
    const answer = await denying.browser().postJson('/login/not-me', { token: notMe });
    expect(answer.json()).toEqual({ status: 'reported' });
  });
});
