/** IN: whatever a request's body and URL hold, one string is read from them, or nothing is; and nothing breaks. */
import { describe, expect, test } from 'vitest';
import { JSON_HEADERS, type RequestOptions, rawJson } from '../support/browser.js';
import { newAddress, useSite, whoIs } from '../support/site.js';

const site = useSite();

const post = (options: RequestOptions, path = '/login') =>
  site.browser().send(path, { ...options, method: 'POST', headers: { ...JSON_HEADERS, ...options.headers } });

describe('what is no one string is refused', () => {
  const A = 'a@victim.test';
  test.each<[string, RequestOptions]>([
    ['IN-01: twice in a form', { form: `email=${A}&email=e@evil.test` }],
    ['IN-01: as an array in a form', { form: `email[]=${A}` }],
    ['IN-01: by index', { form: `email[0]=${A}&email[1]=e@evil.test` }],
    ['IN-01: as a key in a form', { form: `email[address]=${A}` }],
    ['IN-01: as an array in JSON', { json: { email: [A, 'e@evil.test'] } }],
    ['IN-01: as an array of one', { json: { email: [A] } }],
    ...[
      { address: A },
      { name: '', address: A },
      { toString: A },
      { type: 'Buffer', data: [97] },
      1,
      null,
      true,
      {},
      [[A]],
    ].map((email): [string, RequestOptions] => [`IN-02: ${JSON.stringify(email)}`, { json: { email } }]),
    ['IN-02: a body that is an array', { json: [{ email: A }] }],
    ['IN-02: a body that is a string', rawJson(JSON.stringify(A))],
    ['IN-03: no body', {}],
    ['IN-03: an empty form', { form: {} }],
    ['IN-03, IN-20: plain text', { body: `email=${A}`, headers: { 'content-type': 'text/plain' } }],
    [
      'IN-20: multipart',
      {
        body: `--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n${A}\r\n--x--\r\n`,
        headers: { 'content-type': 'multipart/form-data; boundary=x' },
      },
    ],
    ['IN-20: XML', { body: `<email>${A}</email>`, headers: { 'content-type': 'text/xml' } }],
    [
      'IN-20: JSON that is called a form',
      { body: JSON.stringify({ email: A }), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['IN-20: a form that is called JSON', rawJson(`email=${A}`)],
    ['IN-16: JSON cut off', rawJson(`{"email":"${A}`)],
    [
      'IN-16: JSON in an unknown charset',
      rawJson(Buffer.from(`{"email":"${A}"}`, 'utf16le'), { 'content-type': 'application/json; charset=x' }),
    ],
    ['IN-16: gzip that is none', rawJson('not gzip at all', { 'content-encoding': 'gzip' })],
    ['IN-16: an unknown encoding', rawJson('{}', { 'content-encoding': 'evil' })],
    ['IN-14: only through __proto__', rawJson(`{"__proto__":{"email":"${A}"}}`)],
    ['IN-14: only through constructor.prototype', rawJson(`{"constructor":{"prototype":{"email":"${A}"}}}`)],
    ['IN-14: through __proto__ in a form', { form: `__proto__[email]=${A}&constructor.prototype.email=${A}` }],
    ['IN-02: a returnTo that is no string', { json: { email: A, returnTo: ['/'] } }],
  ])('%s', async (_what, options) => {
    const answer = await post(options);
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({ error: 'invalid_request' });
    expect(answer.setCookies).toEqual([]);
    expect(answer.text).not.toMatch(/node_modules|\.js:|SyntaxError| at /);
  });

  test('IN-14: nothing was polluted by them', async () => {
    await post(rawJson(`{"email":"${newAddress()}","__proto__":{"email":"e@evil.test","returnTo":"//evil.test"}}`));
    expect((await post({ json: {} })).json()).toEqual({ error: 'invalid_request' });
    expect((await post({ json: {} }, '/login/callback')).json()).toEqual({ error: 'invalid_request' });
  });

  test.each([150_000, 1_000_000])('IN-15: a body of %i bytes is too large', async (size) => {
    for (const options of [{ form: { email: 'a'.repeat(size) } }, { json: { email: 'a'.repeat(size) } }]) {
      const answer = await post(options);
      expect(answer.status).toBe(413);
      expect(answer.json()).toEqual({ error: 'payload_too_large' });
    }
  });
});

test.each(['/login/%E0%A4%A', '/%', '/login/callback/%00', '/login/callback/%', '/login/%2e%2e/%ZZ'])(
  'IN-17: %s has an answer of our own',
  async (path) => {
    const json = await site.browser().getJson(path);
    expect(Object.keys(json.json())).toEqual(['error']);
    for (const answer of [await site.browser().get(path), json]) {
      expect([400, 404]).toContain(answer.status);
      expect(answer.text).not.toMatch(/URIError|node_modules|\.js:/);
    }
  },
);

describe('IN-18, IN-19: a token that is no one string of the right length', () => {
  test.each([
    '',
    'token=T&token=T',
    'token[]=T',
    'token[a]=T',
    'token[0]=T',
    'token=T%00',
    'token=T,T',
    'token=%ZZ',
    'token=',
    'Token=T',
    '__proto__[token]=T',
    `token=T${'A'.repeat(3000)}`,
  ])('IN-18, IN-19: ?%s is refused, also in the requesting browser', async (query) => {
    const asker = site.browser();
    const { token } = await site.requestLink(asker);
    const answer = await asker.getJson(`/login/callback?${query.replaceAll('T', token)}`);
    expect(answer.status).toBe(401);
    expect(answer.json()).toEqual({ error: 'link_invalid' });
    expect(await whoIs(asker)).toBeUndefined();
  });

  test.each<(token: string) => unknown>([
    (token) => [token],
    (token) => ({ token }),
    (token) => ({ toString: token }),
    () => 1,
    () => null,
    () => true,
  ])('IN-18: in a JSON body %#', async (wrap) => {
    const asker = site.browser();
    const { token } = await site.requestLink(asker);
    const answer = await asker.postJson('/login/callback', { token: wrap(token) });
    expect([400, 401]).toContain(answer.status);
    expect(await whoIs(asker)).toBeUndefined();
  });

  test('IN-19: a URL of 20 kB ends in 431', async () => {
    expect((await site.browser().get(`/login/callback?token=${'A'.repeat(20_000)}`)).status).toBe(431);
  });
});

test('IN-21: fields that nobody requested reach neither options nor claims', async () => {
  const smuggled = {
    user: 'e@evil.test',
    address: 'e@evil.test',
    amr: 'mfa',
    acr: 'evil',
    level: '9',
    redirect: 'https://evil.test/',
    successRedirect: 'https://evil.test/',
    ttl: '999999',
    iat: '1',
    exp: '9999999999',
    state: 'evil',
    session: 'false',
    action: 'request',
    store: 'evil',
    confirm: 'never',
  };
  const asker = site.browser();
  const email = newAddress();
  const query = new URLSearchParams(smuggled);
  const answer = await asker.post(`/login?${query}`, { email, ...smuggled });
  expect(answer.headers.location).toBe('/login/sent');
  const mail = await site.mailTo(email);
  expect(mail.email.text).toContain('10 minutes');
  const path = mail.email.text?.match(/\/login\/callback\?token=\S+/)?.[0];
  const opened = await asker.get(`${path}&${query}`);
  expect(opened.headers.location).toBe(`${site.origin}/`);
  expect((await asker.getJson('/account')).json()).toEqual({
    email,
    amr: ['urn:passport-bound-link:link'],
    acr: 'urn:passport-bound-link:link',
    level: 1,
    authTime: expect.any(Number),
  });
});

test('IN-01, IN-21: an invitation that was not made here is refused, whatever address stands beside it', async () => {
  const email = newAddress();
  for (const invite of ['', 'forged', `${email}`, [email], { address: email }, null, 1]) {
    const answer = await site.browser().postJson('/login', { email, invite });
    expect(answer.status, JSON.stringify(invite)).toBe(400);
    expect(answer.json(), JSON.stringify(invite)).toEqual({ error: 'invalid_request' });
  }
  expect((await site.browser().get('/login?invite=forged')).text).toContain('<input id="email"');
  expect(site.smtp.mails.flatMap(({ to }) => to)).not.toContain(email);
});

test('IN-22: what a browser calls itself is neither code nor a line of its own in the mail', async () => {
  const agent = 'Firefox/1 <b>evil</b> \u00e2\u0080\u00ae https://evil.test/ Windows';
  const { mail } = await site.requestLink(
    site.browser(),
    newAddress(),
    {},
    { 'user-agent': Buffer.from(agent, 'utf8').toString('latin1') },
  );
  expect(mail.email.text).toContain('Firefox on Windows');
  expect(mail.raw).not.toMatch(/evil|\u202e/);
});

// Last: by now each of the above had its chance to reach somebody.
test('IN-01 to IN-03, IN-14 to IN-22: nobody got a mail whom no test had requested', async () => {
  expect((await site.recipients()).filter((to) => !/^user\d+@example\.test$/.test(to))).toEqual([]);
});
