/** Providers that answer, and providers that do not. */
import { describe, expect, test, vi } from 'vitest';
import type { MagicLinkStrategy } from '../../lib/index.js';
import { type Decision, dormant, type SignalProvider, Signals } from '../../lib/signals/index.js';
import { misuse } from '../support/errors.js';
import { useFakeTimers } from '../support/timers.js';
import { login, newSignals, newStrategy } from './support.js';

useFakeTimers();

const DECISIONS: readonly Decision[] = ['allow', 'confirm', 'stepUp', 'deny'];

const says = (name: string, decision: Decision, more: Partial<SignalProvider> = {}): SignalProvider => ({
  name,
  assess: () => decision,
  onError: 'allow',
  ...more,
});

const never = () => new Promise<never>(() => {});

describe('AL-04: assess', () => {
  test('AL-04: takes the strictest, and names all that said more than allow', async () => {
    const { signals, events, account } = newSignals([
      says('a', 'confirm'),
      says('b', 'allow'),
      says('c', 'deny'),
      says('d', 'stepUp'),
    ]);
    expect(await signals.assess(login)).toEqual({
      decision: 'deny',
      raised: [
        { provider: 'a', decision: 'confirm', failed: false },
        { provider: 'c', decision: 'deny', failed: false },
        { provider: 'd', decision: 'stepUp', failed: false },
      ],
    });
    expect(events).toMatchObject([
      { type: 'signal.raised', severity: 'warning', reason: 'a', account },
      { type: 'signal.raised', severity: 'high', reason: 'c', account },
      { type: 'signal.raised', severity: 'warning', reason: 'd', account },
    ]);
  });

  test.each(DECISIONS)('AL-04: of one that says %s it is that', async (decision) => {
    expect((await newSignals([says('a', decision)]).signals.assess(login)).decision).toBe(decision);
  });

  test('asks all at the same time, each with the login and a signal', async () => {
    const asked: unknown[][] = [];
    const waits = (name: string): SignalProvider => ({
      ...says(name, 'allow'),
      assess: (...args) => {
        asked.push(args);
        return never();
      },
    });
    const assessed = newSignals([waits('a'), waits('b')]).signals.assess(login);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([
      [login, expect.any(AbortSignal)],
      [login, expect.any(AbortSignal)],
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    await assessed;
  });

  test('nothing raised is nothing told', async () => {
    const { signals, events } = newSignals([says('a', 'allow')]);
    expect(await signals.assess(login)).toEqual({ decision: 'allow', raised: [] });
    expect(events).toEqual([]);
  });
});

const FAULTS: [string, SignalProvider['assess']][] = [
  [
    'throws',
    () => {
      throw new Error('down');
    },
  ],
  ['rejects', () => Promise.reject(new Error('down'))],
  ['rejects with nothing', () => Promise.reject()],
  ['hangs', never],
  ...[undefined, null, true, 'block', 'Allow', 3, {}, ['allow'], 'constructor'].map(
    (nonsense): [string, SignalProvider['assess']] => [
      `answers ${JSON.stringify(nonsense)}`,
      async () => nonsense as Decision,
    ],
  ),
];

describe('AL-05: a provider that', () => {
  test.each(FAULTS)('AL-05: %s counts as its onError, and disturbs no other', async (_how, assess) => {
    for (const onError of DECISIONS) {
      const { signals, events, account } = newSignals([
        { name: 'broken', assess, onError },
        says('healthy', 'confirm'),
      ]);
      const assessed = signals.assess(login);
      await vi.advanceTimersByTimeAsync(1000);
      expect(await assessed).toEqual({
        decision: onError === 'allow' ? 'confirm' : onError,
        raised: [
          { provider: 'broken', decision: onError, failed: true },
          { provider: 'healthy', decision: 'confirm', failed: false },
        ],
      });
      expect(events.map(({ reason }) => reason)).toEqual(['broken_failed', 'healthy']);
      expect(events[0]).toMatchObject({ severity: onError === 'deny' ? 'high' : 'warning', account });
    }
  });

  test('AL-05: hangs is waited for as long as it may take, and no longer', async () => {
    const { signals } = newSignals(
      [
        { ...says('slow', 'allow'), assess: never, timeoutMs: 50, onError: 'deny' },
        { ...says('slower', 'allow'), assess: never },
      ],
      { timeoutMs: 200 },
    );
    const settled = vi.fn();
    const assessed = signals.assess(login).then(settled);
    await vi.advanceTimersByTimeAsync(199);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await assessed;
    expect(settled).toHaveBeenCalledOnce();
  });

  test('AL-05: is too late is told so by its signal', async () => {
    let told: AbortSignal | undefined;
    const { signals } = newSignals([
      {
        ...says('slow', 'allow'),
        assess: (_login, signal) => {
          told = signal;
          return never();
        },
      },
    ]);
    const assessed = signals.assess(login);
    await vi.advanceTimersByTimeAsync(999);
    expect(told?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await assessed;
    expect(told?.aborted).toBe(true);
  });

  test.each<[string, () => Promise<Decision>]>([
    ['answers', async () => 'deny'],
    ['fails', () => Promise.reject(new Error('late'))],
  ])('AL-05: %s after its time is not heard, and no unhandled rejection', async (_how, late) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const { signals, events } = newSignals([
      {
        ...says('slow', 'allow'),
        assess: () => new Promise((resolve) => setTimeout(() => resolve(late()), 5000)),
      },
    ]);
    const assessed = signals.assess(login);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await assessed).toEqual({
      decision: 'allow',
      raised: [{ provider: 'slow', decision: 'allow', failed: true }],
    });
    await vi.advanceTimersByTimeAsync(5000);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(events.map(({ reason }) => reason)).toEqual(['slow_failed']);
  });

  test('AL-05: is told of a login of nobody makes assess reject as little as any other', async () => {
    const { signals, events } = newSignals([says('a', 'confirm')]);
    for (const context of [undefined, null, {}, { address: 'ada' }, { address: 7 }]) {
      expect((await signals.assess(context as never)).decision).toBe('confirm');
    }
    expect(events.every((event) => event.reason === 'a' && !('account' in event))).toBe(true);
    expect(events).toHaveLength(5);
  });
});

describe('AC-05: what is remembered', () => {
  const remembering = (name: string, decision: Decision, more: Partial<SignalProvider> = {}) => {
    const remember = vi.fn();
    return { remember, provider: says(name, decision, { remember, ...more }) };
  };

  test('AC-05: an allowed login, by all; before assess has resolved', async () => {
    const [a, b] = [remembering('a', 'allow'), remembering('b', 'allow')];
    await newSignals([a.provider, says('none', 'allow'), b.provider]).signals.assess(login);
    for (const { remember } of [a, b]) expect(remember.mock.calls).toEqual([[login, expect.any(AbortSignal)]]);
  });

  test.each<Decision>(['confirm', 'stepUp', 'deny'])('AC-05: nothing where one says %s', async (decision) => {
    const a = remembering('a', 'allow');
    await newSignals([a.provider, says('b', decision)]).signals.assess(login);
    expect(a.remember).not.toHaveBeenCalled();
  });

  test('AC-05: nothing by one that has failed, whatever its onError lets in', async () => {
    const a = remembering('a', 'allow', { assess: () => Promise.reject(new Error('down')) });
    const b = remembering('b', 'allow');
    expect((await newSignals([a.provider, b.provider]).signals.assess(login)).decision).toBe('allow');
    expect(a.remember).not.toHaveBeenCalled();
    expect(b.remember).toHaveBeenCalledOnce();
  });

  test('AC-05: everything when the app says that the person has proved it', async () => {
    const [a, b] = [remembering('a', 'stepUp'), remembering('b', 'deny')];
    const { signals } = newSignals([a.provider, b.provider]);
    await signals.assess(login);
    await signals.remember(login);
    for (const { remember } of [a, b]) expect(remember).toHaveBeenCalledOnce();
  });

  test.each<[string, () => unknown]>([
    ['rejects', () => Promise.reject(new Error('down'))],
    ['hangs', never],
  ])('AL-05: a provider whose remember %s is told of, and holds up nobody', async (_how, remember) => {
    const { signals, events } = newSignals([says('a', 'allow', { remember })]);
    const assessed = signals.assess(login);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await assessed).toEqual({ decision: 'allow', raised: [] });
    expect(events).toMatchObject([{ type: 'signal.raised', severity: 'warning', reason: 'a_failed' }]);
  });
});

describe('a wrong option is a TypeError that names the right one:', () => {
  const right = says('a', 'allow');
  const AT_LEAST = "providers must be one at least, such as [dormant({ months: 12, lastLogin, onError: 'stepUp' })]";
  const NAME = 'a provider has a name of a-z, 0-9 and _';
  test.each<[object, string]>([
    [{ provider: [right] }, "Signals has no option 'provider'; did you mean providers?"],
    [{ providers: [] }, AT_LEAST],
    [{ providers: right }, AT_LEAST],
    [{ providers: [undefined] }, NAME],
    [{ providers: [{ ...right, name: 'Geo IP' }] }, NAME],
    [{ providers: [right, right] }, 'there is something called a already'],
    [{ providers: [{ ...right, name: 'wrong_codes' }] }, 'there is something called wrong_codes already'],
    [{ providers: [{ ...right, name: 'a_failed' }] }, 'a_failed reads like an outage: name the provider otherwise'],
    [{ providers: [{ ...right, assess: 'allow' }] }, 'a.assess must be a function of a login that returns a decision'],
    [{ providers: [{ ...right, remember: true }] }, 'a.remember must be a function of a login'],
    [
      { providers: [{ ...right, onError: undefined }] },
      'a.onError must say what an outage means: allow lets in, deny keeps out',
    ],
    [{ providers: [{ ...right, onError: 'open' }] }, 'a.onError must be one of: allow, confirm, stepUp, deny'],
    [{ providers: [{ ...right, timeoutMs: 0 }] }, 'a.timeoutMs must be a whole number of milliseconds, 1 to 4000'],
    [{ providers: [right], timeoutMs: 4001 }, 'timeoutMs must be a whole number of milliseconds, 1 to 4000'],
    [
      { providers: [dormant({ months: 1, lastLogin: () => 0 } as never)] },
      'dormant.onError must say what an outage means: allow lets in, deny keeps out',
    ],
  ])('%#', (options, message) => {
    expect(() => new Signals(newStrategy(), options as never)).toThrow(misuse(message));
  });

  test('and what is no strategy', () => {
    const none = {} as MagicLinkStrategy;
    expect(() => new Signals(none, { providers: [right] })).toThrow(misuse('Signals takes a MagicLinkStrategy first'));
  });
});
