/** The two providers that are there: a domain whose mail goes elsewhere, an account that nobody has used for long. */
import { describe, expect, test, vi } from 'vitest';
import type { Assessment, RaisedSignal } from '../../lib/index.js';
import { dormant, type MailDomainOptions, mailDomainChanged, signals } from '../../lib/signals/index.js';
import { login, newLogin } from './support.js';

const OLD = ['mx1.example.com', 'mx2.example.com'];
const NEW = ['mx.evil.example'];

/** Node's error for an answer without records. */
const noSuch = (code: string) => Object.assign(new Error(code), { code });

/** An account's column, and a domain whose MX a test sets. */
function world(options: Partial<MailDomainOptions> = {}) {
  let kept: string | undefined;
  let answer: () => Promise<{ exchange: string; priority: number }[]> = async () => [];
  const resolveMx = vi.fn((_domain: string) => answer());
  const set = vi.fn((_login: unknown, seen: string) => {
    kept = seen;
  });
  const provider = mailDomainChanged({
    get: async () => kept,
    set,
    resolver: { resolveMx },
    onError: 'deny',
    ...options,
  });
  const assess = signals({ providers: [provider] });
  const raised: RaisedSignal[] = [];
  return {
    raised,
    resolveMx,
    set,
    kept: () => kept,
    mx: (hosts: readonly string[]) => {
      answer = async () => hosts.map((exchange, i) => ({ exchange, priority: 10 * (i + 1) }));
    },
    fails: (code: string) => {
      answer = () => Promise.reject(noSuch(code));
    },
    /** Another login, which knows nothing of the one before. */
    logIn: async () => {
      const answer = (await assess(newLogin())) as Assessment;
      raised.push(...answer.raised);
      return answer.decision;
    },
    /** The person of a held login has used a second factor. */
    stepUp: () => assess.remember({ ...login }),
  };
}

describe('AC-05: mailDomainChanged', () => {
  test('AC-05: the first time it allows and remembers, then allows the same', async () => {
    const { mx, logIn, kept, set, resolveMx } = world();
    mx(OLD);
    expect(await logIn()).toBe('allow');
    expect(kept()).toMatch(/^[\w-]{43}$/);
    expect(await logIn()).toBe('allow');
    expect(set).toHaveBeenCalledOnce();
    expect(resolveMx.mock.calls).toEqual([['example.com'], ['example.com']]);
  });

  test('AC-05: other hosts ask for a second factor, at each login until one was safe', async () => {
    const { mx, logIn, stepUp, raised } = world();
    mx(OLD);
    await logIn();
    mx(NEW);
    for (let i = 0; i < 3; i++) expect(await logIn()).toBe('stepUp');
    expect(raised).toEqual(Array(3).fill({ reason: 'mail_domain_changed', decision: 'stepUp' }));
    expect(await stepUp()).toEqual([]);
    expect(await logIn()).toBe('allow');
    mx(OLD);
    expect(await logIn()).toBe('stepUp');
  });

  test.each<[string, readonly string[]]>([
    ['one host more', [...OLD, ...NEW]],
    ['one host less', OLD.slice(1)],
    ['none any more', []],
    ['a null MX', ['']],
    ['a null MX, with its dot', ['.']],
  ])('AC-05: %s is a change', async (_what, hosts) => {
    const { mx, logIn } = world();
    mx(OLD);
    await logIn();
    mx(hosts);
    expect(await logIn()).toBe('stepUp');
  });

  test.each<[string, readonly string[]]>([
    ['another order and preference', [...OLD].reverse()],
    ['another spelling', OLD.map((host) => `${host.toUpperCase()}.`)],
    ['one of them twice', [...OLD, 'mx1.example.com']],
  ])('%s is none', async (_what, hosts) => {
    const { mx, logIn } = world();
    mx(OLD);
    await logIn();
    mx(hosts);
    expect(await logIn()).toBe('allow');
  });

  test('AC-05: a domain without MX takes its mail itself, and one that then has some has changed', async () => {
    const { mx, fails, logIn } = world();
    for (const code of ['ENODATA', 'ENOTFOUND']) {
      fails(code);
      expect(await logIn()).toBe('allow');
    }
    mx(['example.com']);
    expect(await logIn()).toBe('allow');
    mx(NEW);
    expect(await logIn()).toBe('stepUp');
  });

  test('AC-05: a null MX is known again', async () => {
    const { mx, logIn } = world();
    mx(['']);
    expect(await logIn()).toBe('allow');
    expect(await logIn()).toBe('allow');
    mx([]);
    expect(await logIn()).toBe('stepUp');
  });

  test.each(['ESERVFAIL', 'ETIMEOUT', 'ECONNREFUSED', 'EREFUSED'])(
    'AC-05, AL-05: %s is an outage, which changes nothing that is kept',
    async (code) => {
      const { mx, fails, logIn, kept, raised, stepUp } = world();
      mx(OLD);
      await logIn();
      const before = kept();
      fails(code);
      expect(await logIn()).toBe('deny');
      raised.push(...(await stepUp()));
      expect(kept()).toBe(before);
      expect(raised.map(({ reason }) => reason)).toEqual(Array(2).fill('mail_domain_changed_failed'));
    },
  );

  test.each([7, {}, false])('AL-05: what set was never given is an outage: %j', async (nonsense) => {
    const { mx, logIn, set } = world({ get: () => nonsense });
    mx(OLD);
    expect(await logIn()).toBe('deny');
    expect(set).not.toHaveBeenCalled();
  });

  test('a column that is null is empty, and the decision is the app’s', async () => {
    const first = world({ get: () => null });
    first.mx(OLD);
    expect(await first.logIn()).toBe('allow');
    const other = world({ get: () => 'what was there', decision: 'deny' });
    other.mx(OLD);
    expect(await other.logIn()).toBe('deny');
  });

  test('what was judged is what is kept, though DNS has changed since', async () => {
    let asks = 0;
    // The hosts are being looked up as the column is read, and change before the login is remembered.
    const { mx, logIn, set, kept } = world({
      get: () => {
        if (++asks === 1) mx(NEW);
        return undefined;
      },
    });
    mx(OLD);
    await logIn();
    expect([asks, set.mock.calls.length]).toEqual([2, 1]);
    const seen = kept();
    const other = world();
    other.mx(OLD);
    await other.logIn();
    expect(seen).toBe(other.kept());
  });

  test('a stepped-up login is remembered by the hosts of that moment', async () => {
    const { mx, logIn, stepUp } = world();
    mx(OLD);
    await logIn();
    mx(['mx.new.example']);
    expect(await logIn()).toBe('stepUp');
    mx(NEW);
    await stepUp();
    expect(await logIn()).toBe('allow');
    mx(['mx.new.example']);
    expect(await logIn()).toBe('stepUp');
  });

  test('the app is given the login that it was asked about', async () => {
    const get = vi.fn();
    const { mx, logIn, set } = world({ get });
    mx(OLD);
    await logIn();
    for (const call of [...get.mock.calls, ...set.mock.calls]) expect(call[0]).toEqual(login);
    expect(set).toHaveBeenCalledOnce();
  });
});

const NOW = Date.UTC(2030, 0, 1);
const DAY = 86_400;
const ago = (days: number) => NOW / 1000 - days * DAY;

describe('AC-05: dormant', () => {
  const assess = async (lastLogin: unknown, more: object = {}) => {
    const remember = vi.fn();
    const provider = dormant({
      months: 12,
      lastLogin: () => lastLogin,
      remember,
      onError: 'deny',
      clock: () => NOW,
      ...more,
    });
    const { decision } = (await signals({ providers: [provider] })(newLogin())) as Assessment;
    return { decision, remembered: remember.mock.calls.length };
  };

  test.each<[string, unknown, string]>([
    ['yesterday', ago(1), 'allow'],
    ['eleven months ago', ago(335), 'allow'],
    ['365 days ago', ago(365), 'allow'],
    ['366 days ago', ago(366), 'stepUp'],
    ['ten years ago, as a Date', new Date(ago(3650) * 1000), 'stepUp'],
    ['yesterday, as a Date', new Date(ago(1) * 1000), 'allow'],
    ['in a promise', Promise.resolve(ago(400)), 'stepUp'],
    ['never', undefined, 'allow'],
    ['never, in SQL', null, 'allow'],
    ['a moment ahead', ago(-0.5), 'allow'],
  ])('AC-05: last login %s: %s is met with %s', async (_when, lastLogin, decision) => {
    expect(await assess(lastLogin)).toEqual({ decision, remembered: decision === 'allow' ? 1 : 0 });
  });

  test.each([
    ['in milliseconds', ago(400) * 1000],
    ['text', '2029-01-01'],
    ['no time', Number.NaN],
  ])('AL-05: a last login that is %s is an outage', async (_what, lastLogin) => {
    expect(await assess(lastLogin)).toEqual({ decision: 'deny', remembered: 0 });
  });

  test('months, and the decision, are the app’s', async () => {
    expect(await assess(ago(40), { months: 1, decision: 'deny' })).toEqual({ decision: 'deny', remembered: 0 });
    expect((await assess(ago(29), { months: 1, decision: 'deny' })).decision).toBe('allow');
  });
});

describe('a wrong option is a TypeError that names the right one:', () => {
  const domain = { get: () => undefined, set: () => undefined, onError: 'deny' };
  const idle = { months: 12, lastLogin: () => undefined, onError: 'deny' };
  test.each<[() => unknown, RegExp]>([
    [
      () => mailDomainChanged({ ...domain, gett: 1 } as never),
      /^mailDomainChanged has no option 'gett'; did you mean get/,
    ],
    [() => mailDomainChanged({ ...domain, get: 'mx' } as never), /^mailDomainChanged.get must be a function/],
    [() => mailDomainChanged({ ...domain, set: undefined } as never), /^mailDomainChanged.set must be a function/],
    [() => mailDomainChanged({ ...domain, resolver: {} } as never), /^mailDomainChanged.resolver must have resolveMx/],
    [() => mailDomainChanged({ ...domain, decision: 'no' } as never), /^mailDomainChanged.decision must be one of/],
    [() => dormant({ ...idle, months: 0 } as never), /^dormant.months must be a whole number of months, 1 to 120/],
    [() => dormant({ ...idle, lastLogin: 5 } as never), /^dormant.lastLogin must be a function/],
    [() => dormant({ ...idle, remember: 5 } as never), /^dormant.remember must be a function/],
    [() => dormant({ ...idle, clock: 5 } as never), /^dormant.clock must be a function/],
    [() => dormant({ ...idle, decision: 'block' } as never), /^dormant.decision must be one of/],
    [() => dormant({ ...idle, lastLogn: 5 } as never), /^dormant has no option 'lastLogn'; did you mean lastLogin/],
  ])('%#', (make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
