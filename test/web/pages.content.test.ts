/** What each page says and asks for. */
import { describe, expect, test } from 'vitest';
import { PAGES, shownPages } from './page-samples.js';

const { answered, byLabel } = shownPages();
const textOf = async (label: string) => (await answered(byLabel(label))).text;
const inputsOf = (text: string) => text.match(/<input [^>]*>/g) ?? [];

describe('the form', () => {
  test('asks for an email address, and nothing else', async () => {
    expect(inputsOf(await textOf('form'))).toEqual([
      '<input id="email" name="email" type="email" autocomplete="email" required autofocus value="">',
    ]);
  });

  test('refused, shows what was typed, and tells what is wrong with it to a screen reader too', async () => {
    const text = await textOf('form, refused');
    expect(text).toMatch(/<input id="email" [^>]* value="\/value" aria-invalid="true" aria-describedby="problem">/);
    expect(text).toContain('<p class="bad" id="problem" role="alert">/value</p>');
    expect(text).toContain('<input type="hidden" name="returnTo" value="/value">');
  });

  test('AC-06: invited, sends the invitation alone, and says for whom it is', async () => {
    const text = await textOf('form, invited');
    expect(inputsOf(text)).toEqual(['<input type="hidden" name="invite" value="/value">']);
    expect(text).toContain('You’ve been invited to log in as /value');
    expect(await textOf('form, invited and refused')).toContain('role="alert">/value</p>');
  });
});

describe('the waiting page', () => {
  test('takes a code as people paste and type it, and offers it to the keyboard', async () => {
    const [code] = inputsOf(await textOf('sent'));
    for (const part of ['name="code"', 'required', 'autocomplete="one-time-code"', 'autocapitalize="characters"']) {
      expect(code).toContain(part);
    }
    // Longer than a code: spaces and hyphens are forgiven, so they must fit.
    expect(Number(/maxlength="(\d+)"/.exec(code ?? '')?.[1])).toBeGreaterThanOrEqual(16);
    expect(code).not.toMatch(/pattern=|type="number"|inputmode="numeric"/);
  });

  test('requests again for the same address and target', async () => {
    expect(await textOf('sent')).toContain(
      '<form method="post" action="/value">\n<input type="hidden" name="email" value="/value">\n' +
        '<input type="hidden" name="returnTo" value="/value">\n',
    );
  });

  test('says how long to wait, in words and for its script; the button works without that script', async () => {
    const text = await textOf('sent');
    expect(text).toContain('data-wait="30">You can request a new link in 30 seconds.</p>');
    expect(text).not.toMatch(/<button[^>]* disabled/);
    expect(await textOf('sent, no wait')).not.toContain('new link in');
  });

  test('names the address, and leads to another one', async () => {
    const text = await textOf('sent');
    expect(text).toContain('If /value can log in here');
    expect(text).toContain('<a href="/value">Use a different address</a>');
    expect(await textOf('sent, nothing asked')).toContain('If this address can log in here');
  });

  test('without codes has no field for one, and speaks of none', async () => {
    const text = await textOf('sent, no codes');
    expect(text.replace(/<style>[\s\S]*?<\/style>/, '')).not.toMatch(/\bcode\b/i);
  });

  test('BD-11: says that a code logs somebody out', async () => {
    expect(await textOf('sent, somebody logged in')).toContain('be logged out');
    expect(await textOf('sent')).not.toContain('be logged out');
  });

  test('a code that does not work is told to a screen reader, at its field', async () => {
    const text = await textOf('sent, code refused');
    expect(text).toContain('<p class="bad" id="problem" role="alert">/value</p>');
    expect(text).toMatch(/<input id="code" [^>]* aria-invalid="true" aria-describedby="problem" autofocus>/);
  });
});

describe('the code page', () => {
  test('shows code, origin, browser and time, and says to tell it to nobody', async () => {
    const text = await textOf('code');
    expect(text).toContain('<p class="code">/value</p>');
    expect(text).toContain('<strong>Enter it only at /value and nowhere else.</strong> Never share it.');
    expect(text).toMatch(/Requested on Jan 2, 2030, .* UTC, in \/value on \/value\./);
    expect(text).toMatch(/1:05.PM UTC/);
  });

  test('calls a browser that it does not know just that', async () => {
    expect(await textOf('code, unknown browser')).toMatch(/Requested on Jan 2, 2030, .* UTC, in an unknown browser\./);
  });

  test('has no field: nothing is typed here, and there is a way on', async () => {
    expect(await textOf('code')).not.toMatch(/<(?:input|form|button)\b/);
    expect(await textOf('code')).toContain('<a href="/value">Request a new link</a>');
  });
});

test.each(['landing', 'confirm', 'confirm, another user', 'not me'])(
  '%s: the token goes in the body',
  async (label) => {
    expect(await textOf(label)).toContain('<input type="hidden" name="token" value="/value">');
  },
);

test('BD-11: another user is told that somebody is logged out', async () => {
  expect(await textOf('confirm, another user')).toContain('be logged out');
  expect(await textOf('confirm')).not.toContain('be logged out');
});

test('refused, own link: the address and the target go along; else the form is a link away', async () => {
  expect(inputsOf(await textOf('refused, own link'))).toEqual([
    '<input type="hidden" name="email" value="/value">',
    '<input type="hidden" name="returnTo" value="/value">',
  ]);
  expect(await textOf('refused')).toContain('<a class="button" href="/value">Request a new link</a>');
});

test('"not me" offers to end the links to their owner alone', async () => {
  expect(await textOf('not me, owner')).toContain('<button class="second" name="end" value="links">');
  for (const label of ['not me', 'not me, too old']) expect(await textOf(label)).not.toContain('name="end"');
  expect(await textOf('not me, too old')).toContain('You don’t need to do anything');
});

test('reported: what to do, and how many links were ended', async () => {
  expect((await textOf('reported')).match(/<li>/g)).toHaveLength(3);
  expect(await textOf('reported')).not.toContain('ended');
  expect(await textOf('reported, ended')).toContain('2 active links were cancelled.');
});

test('a logo is shown with the app’s name as its text, and allowed from the origin alone', async () => {
  for (const sample of PAGES) {
    const { headers, text } = await answered(sample, { theme: { logo: '/logo.svg' } });
    expect(text).toContain('<img class="logo" src="/logo.svg" alt="Acme">');
    expect(headers['content-security-policy']).toContain(" img-src 'self';");
  }
});
