/** The keyboard alone logs in, and shows where it is; every page says what it is. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { notMeLinkOf, useSites } from '../support/sites.js';

const sites = useSites({ CONFIRM: 'always' });

/** The element that has the focus, as a person sees it. */
const focused = (page: Page) =>
  page.evaluate<{ what: string; visible: boolean }>(`(() => {
    const { name, textContent } = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
    return { what: name || textContent, visible: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 };
  })()`);

/** What is wrong with a page for somebody who does not see it, or cannot use a mouse. */
const faults = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const found = [];
    const check = (ok, fault) => ok || found.push(location.pathname + ': ' + fault);
    const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id);
    check(document.documentElement.lang === 'en', 'no lang');
    check(document.title !== '', 'no title');
    check(document.querySelectorAll('h1').length === 1, 'not one h1');
    check(document.querySelectorAll('main').length === 1, 'not one main');
    check(new Set(ids).size === ids.length, 'an id twice');
    check(!document.querySelector('[tabindex]'), 'a Tab order of its own');
    for (const input of document.querySelectorAll('input:not([type=hidden])')) {
      check(input.labels[0]?.textContent, 'no label for ' + input.name);
      const description = input.getAttribute('aria-describedby');
      check(description === null || ids.includes(description), input.name + ' described by nothing');
    }
    for (const control of document.querySelectorAll('button, a')) check(control.textContent.trim(), 'no name');
    const viewport = document.querySelector('meta[name=viewport]')?.content ?? '';
    check(!/user-scalable|maximum-scale/.test(viewport), 'no zoom');
    return found;
  })()`);

describe('with the keyboard alone', () => {
  test('SC-09: form, mail and confirm page log in', async () => {
    const context = await sites.profile({ javaScriptEnabled: true });
    const page = await context.newPage();
    const address = sites.newAddress();
    await sites.openForm(page);
    expect(await focused(page)).toEqual({ what: 'email', visible: true });
    await page.keyboard.type(address);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toEqual({ what: 'Send me a link', visible: true });
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Check your inbox' }).waitFor();
    for (const what of [
      'I’ve opened the link',
      'code',
      'Log in with the code',
      'Send me a new link',
      'Use a different address',
    ]) {
      await page.keyboard.press('Tab');
      expect(await focused(page)).toEqual({ what, visible: true });
    }

    const { link } = await sites.front.mailTo(address);
    await page.goto(sites.webmail.show(link));
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toEqual({ what: 'Log in', visible: true });
    await page.keyboard.press('Enter');
    await sites.expectAccount(page, { address });
    await context.close();
  });

  test('SC-09: the code is typed and sent', async () => {
    const person = await sites.person();
    const stranger = await sites.profile();
    const elsewhere = await stranger.newPage();
    await elsewhere.goto(person.link);
    const code = await sites.expectCode(elsewhere);
    for (const _ of ['the link', 'the code']) await person.page.keyboard.press('Tab');
    await person.page.keyboard.type(code);
    await person.page.keyboard.press('Enter');
    await sites.expectAccount(person.page, person);
    await Promise.all([stranger.close(), person.context.close()]);
  });

  test('SC-09: landing, refusal and report are usable, and a refusal leads back to the form', async () => {
    const person = await sites.person();
    const stranger = await sites.profile();
    const page = await stranger.newPage();
    await page.goto(person.link);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toEqual({ what: 'Continue', visible: true });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Enter this code where you requested the link' }).waitFor();

    await page.goto(notMeLinkOf(person));
    await page.keyboard.press('Tab');
    expect(await focused(page)).toEqual({ what: 'Report it', visible: true });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Thanks for letting us know' }).waitFor();

    await page.goto(`${person.link}x`);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toEqual({ what: 'Request a new link', visible: true });
    await page.keyboard.press('Enter');
    await page.getByLabel('Email address').waitFor();
    await Promise.all([stranger.close(), person.context.close()]);
  });
});

describe('to a screen reader', () => {
  test('SC-09: every page has one h1, a lang, a title, and labels', async () => {
    const person = await sites.person();
    const { page, context, link } = person;
    const { origin } = sites.front;
    const found = await faults(page);
    for (const url of ['/', '/login', '/dev/inbox', '/nowhere', '/login/callback?token=none']) {
      await page.goto(origin + url);
      found.push(...(await faults(page)));
    }
    const stranger = await sites.profile();
    const landing = await stranger.newPage();
    await landing.goto(link);
    found.push(...(await faults(landing)));
    await sites.expectCode(landing);
    found.push(...(await faults(landing)));
    await landing.goto(notMeLinkOf(person));
    found.push(...(await faults(landing)));
    await landing.getByRole('button').click();
    await landing.getByRole('heading', { name: 'Thanks for letting us know' }).waitFor();
    found.push(...(await faults(landing)));

    await page.goto(link);
    found.push(...(await faults(page)));
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${origin}/account`);
    found.push(...(await faults(page)));
    await page.goto(`${origin}/login/sent`);
    found.push(...(await faults(page)));
    expect(found).toEqual([]);
    await Promise.all([context.close(), stranger.close()]);
  });

  test('SC-09, IN-04: a form that is refused says so at its field', async () => {
    const context = await sites.profile();
    const page = await context.newPage();
    await sites.openForm(page);
    await page.getByLabel('Email address').fill('ada@localhost');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await faults(page)).toEqual([]);
    expect(await page.getByLabel('Email address').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Email address').getAttribute('aria-describedby')).toBe(
      await alert.getAttribute('id'),
    );
    expect(await page.getByLabel('Email address').inputValue()).toBe('ada@localhost');
    await context.close();
  });

  test('SC-09: a code that does not work is told of at its field', async () => {
    const { page, context } = await sites.person();
    await page.getByLabel('Code').fill('no code');
    await page.keyboard.press('Enter');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await faults(page)).toEqual([]);
    expect(await page.getByLabel('Code').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Code').getAttribute('aria-describedby')).toBe(await alert.getAttribute('id'));
    await context.close();
  });
});
