/** The routes of the drop-in router in HTML and JSON, and the methods that each takes. */
import { describe, expect, test } from 'vitest';
import { ada, CALLBACK, CODE, codeOf, requestLink, startRouter, userOf } from '../support/app.js';
import { type Answer, JSON_HEADERS } from '../support/browser.js';

/** What the page is called; its title in the tab names the app as well. */
const titleOf = ({ text }: Answer) => text.match(/<h1>(.*)<\/h1>/)?.[1];

describe('the routes', () => {
  test('GET /login shows the form', async () => {
    const { browser } = await startRouter();
    const answer = await browser.get('/login?returnTo=/orders');
    expect([answer.status, titleOf(answer)]).toEqual([200, 'Log in']);
    expect(answer.text).toContain('<form method="post" action="/login">');
    expect(answer.text).toContain('<input type="hidden" name="returnTo" value="/orders">');
  });

  test.each(['?returnTo=/a&returnTo=/b', '?returnTo[a]=/b', ''])(
    'the form of GET /login%s has no returnTo',
    async (query) => {
      const { browser } = await startRouter();
      expect((await browser.get(`/login${query}`)).text).not.toContain('name="returnTo"');
    },
  );

  test('POST /login sends, and goes on to /login/sent', async () => {
    const { app, browser } = await startRouter();
    const { answer } = await requestLink(app, browser);
    expect([answer.status, answer.headers.location]).toEqual([303, '/login/sent']);
    expect(titleOf(await browser.get('/login/sent'))).toBe('Check your inbox');
  });

  test('POST /login as JSON', async () => {
    const { browser } = await startRouter();
    const answer = await browser.postJson('/login', ada);
    expect([answer.status, answer.json()]).toEqual([202, { status: 'sent' }]);
  });

  test.each(['GET', 'POST'])('%s /login/callback goes on to the return target', async (method) => {
    const { app, browser } = await startRouter();
    const { path, token } = await requestLink(app, browser, ada.email, { returnTo: '/orders?id=1' });
    const answer = method === 'GET' ? await browser.get(path) : await browser.post(CALLBACK, { token });
    expect([answer.status, answer.headers.location]).toEqual([303, `${app.origin}/orders?id=1`]);
    expect(await userOf(browser)).toEqual(ada);
  });

  test.each([
    [undefined, '/'],
    [{ successRedirect: '/home' }, '/home'],
  ])('without a returnTo, under %j, to %s', async (router, target) => {
    const { app, browser } = await startRouter(router ? { router } : {});
    expect((await browser.get((await requestLink(app, browser)).path)).headers.location).toBe(app.origin + target);
  });

  test('GET /login/callback as JSON', async () => {
    const { app, browser } = await startRouter();
    const { path } = await requestLink(app, browser, ada.email, { returnTo: '/orders' });
    const answer = await browser.get(path, JSON_HEADERS);
    expect([answer.status, answer.json()]).toEqual([200, { status: 'authenticated', returnTo: '/orders' }]);
  });

  test('GET /login/sent in the browser that has logged in meanwhile', async () => {
    const { app, browser } = await startRouter();
    expect((await browser.getJson('/login/sent')).json()).toEqual({ status: 'waiting' });
    await browser.get((await requestLink(app, browser, ada.email, { returnTo: '/orders' })).path);
    const page = await browser.get('/login/sent');
    expect([titleOf(page), page.text.includes(`href="${app.origin}/orders"`)]).toEqual(['You’re logged in', true]);
    expect((await browser.getJson('/login/sent')).json()).toEqual({ status: 'authenticated', returnTo: '/orders' });
  });

  test('another browser lands, and its button shows the code alone', async () => {
    const { app, browser } = await startRouter();
    const { path, token } = await requestLink(app, browser);
    const other = app.browser();
    expect(titleOf(await other.get(path))).toBe('Is this the right browser?');
    expect((await other.get(path, JSON_HEADERS)).json()).toEqual({ status: 'landing' });
    const answer = await other.post(CALLBACK, { token });
    expect([answer.status, titleOf(answer)]).toEqual([401, 'Enter this code where you requested the link']);
    expect([answer.setCookies, await userOf(other)]).toEqual([[], undefined]);
  });

  test('under deny another browser’s button is refused, without a code', async () => {
    const { app } = await startRouter({ options: { otherBrowser: 'deny' } });
    const { token } = await requestLink(app, app.browser());
    const other = app.browser();
    const answer = await other.post(CALLBACK, { token });
    expect([answer.status, titleOf(answer)]).toEqual([401, 'That didn’t work']);
    expect([answer.setCookies, await userOf(other)]).toEqual([[], undefined]);
  });

  test('POST /login/code goes on to the return target', async () => {
    const { app, browser } = await startRouter();
    const { token } = await requestLink(app, browser, ada.email, { returnTo: '/orders?id=1' });
    const answer = await browser.post(CODE, { code: codeOf(app, token) });
    expect([answer.status, answer.headers.location]).toEqual([303, `${app.origin}/orders?id=1`]);
    expect(await userOf(browser)).toEqual(ada);
  });

  test('POST /login/code as JSON', async () => {
    const { app, browser } = await startRouter();
    const { token } = await requestLink(app, browser, ada.email, { returnTo: '/orders' });
    const answer = await browser.postJson(CODE, { code: codeOf(app, token) });
    expect([answer.status, answer.json()]).toEqual([200, { status: 'authenticated', returnTo: '/orders' }]);
  });

  test('GET and POST /login/not-me as JSON', async () => {
    const { app, browser } = await startRouter();
    const { notMe } = await requestLink(app, browser);
    expect((await browser.getJson(notMe.path)).json()).toEqual({ status: 'not_me' });
    const answer = await browser.postJson('/login/not-me', { token: notMe.token });
    expect([answer.status, answer.json()]).toEqual([200, { status: 'reported' }]);
  });
});

const METHODS: [string, string, string][] = ['PUT', 'DELETE', 'PATCH', 'OPTIONS'].flatMap((method) => [
  [method, '/login', 'GET, HEAD, POST'],
  [method, '/login/sent', 'GET, HEAD'],
  [method, CALLBACK, 'GET, HEAD, POST'],
  [method, CODE, 'POST'],
  [method, '/login/not-me', 'GET, HEAD, POST'],
]);

const GET_OR_POST = [
  ['POST', '/login/sent', 'GET, HEAD'],
  ['GET', CODE, 'POST'],
  ['HEAD', CODE, 'POST'],
] as const;

test.each([...METHODS, ...GET_OR_POST])('%s %s is 405', async (method, path, allowed) => {
  const { browser } = await startRouter();
  const answer = await browser.send(path, { method, headers: JSON_HEADERS });
  expect([answer.status, answer.headers.allow]).toEqual([405, allowed]);
  expect(answer.text).toBe(method === 'HEAD' ? '' : '{"error":"method_not_allowed"}');
});

test.each(['/login', '/login/sent', '/login/not-me?token=x', `${CALLBACK}?token=x`])(
  'HEAD %s is answered as GET, without a body',
  async (path) => {
    const { browser } = await startRouter();
    const [head, get] = [await browser.send(path, { method: 'HEAD' }), await browser.get(path)];
    expect([head.status, head.text, head.headers['content-type']]).toEqual([
      get.status,
      '',
      get.headers['content-type'],
    ]);
  },
);
