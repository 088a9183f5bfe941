/** Providers that answer, and providers that do not. */
import { describe, expect, test, vi } from 'vitest';
import type { Assessment, Decision } from '../../lib/index.js';
import { dormant, type SignalProvider, type Signals, signals } from '../../lib/signals/index.js';
import { misuse } from '../support/errors.js';
import { useFakeTimers } from '../support/timers.js';
import { login, newLogin } from './support.js';

useFakeTimers();

const DECISIONS: readonly Decision[] = ['allow', 'stepUp', 'deny'];

const says = (name: string, decision: Decision, more: Partial<SignalProvider> = {}): SignalProvider => ({
  name,
  assess: () => decision,
  onError: 'allow',
  ...more,
});

const never = () => new Promise<never>(() => {});

const assessBy = async (...providers: SignalProvider[]) => (await signals({ providers })(newLogin())) as Assessment;

/** Begins, and tells what has come of it by now. */
function begin(assess: Signals, signal?: AbortSignal) {
  const settled = vi.fn();
  const assessed = Promise.resolve(assess(newLogin(signal))).then((answer) => {
    settled();
    return answer as Assessment;
  });
  return { assessed, settled };
}

describe('AL-04: assess', () => {
  test('AL-04: takes the strictest, and names all that said more than allow', async () => {
    expect(await assessBy(says('b', 'allow'), says('c', 'deny'), says('d', 'stepUp'))).toEqual({
      decision: 'deny',
      raised: [
        { reason: 'c', decision: 'deny' },
        { reason: 'd', decision: 'stepUp' },
      ],
    });
  });

  test.each(DECISIONS)('AL-04: of one that says %s it is that', async (decision) => {
    expect((await assessBy(says('a', decision))).decision).toBe(decision);
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
    const { assessed } = begin(signals({ providers: [waits('a'), waits('b')] }));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([
      [login, expect.any(AbortSignal)],
      [login, expect.any(AbortSignal)],
    ]);
    await vi.advanceTimersByTimeAsync(1000);
    await assessed;
  });

  test('nothing raised is nothing told', async () => {
    expect(await assessBy(says('a', 'allow'))).toEqual({ decision: 'allow', raised: [] });
  });

  test('needs no this, so that it can be handed on', async () => {
    const { assess, remember } = {
      assess: signals({ providers: [says('a', 'stepUp')] }),
      ...signals({ providers: [says('a', 'allow')] }),
    };
    expect(await assess(newLogin())).toMatchObject({ decision: 'stepUp' });
    expect(await remember(login)).toEqual([]);
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
  ...[undefined, null, true, 'block', 'Allow', 'confirm', 3, {}, ['allow'], 'constructor'].map(
    (nonsense): [string, SignalProvider['assess']] => [
      `answers ${JSON.stringify(nonsense)}`,
      async () => nonsense as Decision,
    ],
  ),
];

describe('AL-05: a provider that', () => {
  test.each(FAULTS)('AL-05: %s counts as its onError, and disturbs no other', async (_how, assess) => {
    for (const onError of DECISIONS) {
      const { assessed } = begin(
        signals({ providers: [{ name: 'broken', assess, onError }, says('healthy', 'stepUp')] }),
      );
      await vi.advanceTimersByTimeAsync(1000);
      expect(await assessed).toEqual({
        decision: onError === 'allow' ? 'stepUp' : onError,
        raised: [
          { reason: 'broken_failed', decision: onError },
          { reason: 'healthy', decision: 'stepUp' },
        ],
      });
    }
  });

  test('AL-05: hangs is waited for as long as it may take, and no longer', async () => {
    const { assessed, settled } = begin(
      signals({
        providers: [
          { ...says('slow', 'allow'), assess: never, timeoutMs: 50, onError: 'deny' },
          { ...says('slower', 'allow'), assess: never },
        ],
        timeoutMs: 200,
      }),
    );
    await vi.advanceTimersByTimeAsync(199);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await assessed;
    expect(settled).toHaveBeenCalledOnce();
  });

  /** A provider that hangs, and the signal that it was given. */
  function hanging() {
    const given: { signal?: AbortSignal } = {};
    const provider = {
      ...says('slow', 'allow'),
      assess: (_login: unknown, signal: AbortSignal) => {
        given.signal = signal;
        return never();
      },
    };
    return { given, provider };
  }

  test('AL-05: is too late is told so by its signal', async () => {
    const { given, provider } = hanging();
    const { assessed } = begin(signals({ providers: [provider] }));
    await vi.advanceTimersByTimeAsync(999);
    expect(given.signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await assessed;
    expect(given.signal?.aborted).toBe(true);
  });

  test('AL-05: nobody waits for any more is told so by its signal, and remembers nothing', async () => {
    const { given, provider } = hanging();
    const [whole, remember] = [new AbortController(), vi.fn()];
    const { assessed } = begin(signals({ providers: [provider, says('quick', 'allow', { remember })] }), whole.signal);
    await vi.advanceTimersByTimeAsync(10);
    expect(given.signal?.aborted).toBe(false);
    whole.abort();
    expect(given.signal?.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await assessed).decision).toBe('allow');
    expect(remember).not.toHaveBeenCalled();
  });

  test('AL-05: takes all the time there is, twice, leaves the strategy one of its five seconds', async () => {
    const slow = says('slow', 'allow', { remember: never, timeoutMs: 2000 });
    const hangs = { ...slow, name: 'hangs', assess: never };
    const { assessed, settled } = begin(signals({ providers: [slow, hangs] }));
    await vi.advanceTimersByTimeAsync(3999);
    expect(settled).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect((await assessed).decision).toBe('allow');
  });

  test.each<[string, () => Promise<Decision>]>([
    ['answers', async () => 'deny'],
    ['fails', () => Promise.reject(new Error('late'))],
  ])('AL-05: %s after its time is not heard, and no unhandled rejection', async (_how, late) => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const provider = {
      ...says('slow', 'allow'),
      assess: () => new Promise<Decision>((resolve) => setTimeout(() => resolve(late()), 5000)),
    };
    const { assessed } = begin(signals({ providers: [provider] }));
    await vi.advanceTimersByTimeAsync(1000);
    const heard = { decision: 'allow', raised: [{ reason: 'slow_failed', decision: 'allow' }] };
    expect(await assessed).toEqual(heard);
    await vi.advanceTimersByTimeAsync(5000);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(await assessed).toEqual(heard);
  });
});

describe('AC-05: what is remembered', () => {
  const remembering = (name: string, decision: Decision, more: Partial<SignalProvider> = {}) => {
    const remember = vi.fn();
    return { remember, provider: says(name, decision, { remember, ...more }) };
  };

  test('AC-05: an allowed login, by all; before assess has resolved', async () => {
    const [a, b] = [remembering('a', 'allow'), remembering('b', 'allow')];
    await assessBy(a.provider, says('none', 'allow'), b.provider);
    for (const { remember } of [a, b]) expect(remember.mock.calls).toEqual([[login, expect.any(AbortSignal)]]);
  });

  test.each<Decision>(['stepUp', 'deny'])('AC-05: nothing where one says %s', async (decision) => {
    const a = remembering('a', 'allow');
    await assessBy(a.provider, says('b', decision));
    expect(a.remember).not.toHaveBeenCalled();
  });

  test('AC-05: nothing by one that has failed, whatever its onError lets in', async () => {
    const a = remembering('a', 'allow', { assess: () => Promise.reject(new Error('down')) });
    const b = remembering('b', 'allow');
    expect((await assessBy(a.provider, b.provider)).decision).toBe('allow');
    expect(a.remember).not.toHaveBeenCalled();
    expect(b.remember).toHaveBeenCalledOnce();
  });

  test('AC-05: a held login, by all, when a second factor has proven it', async () => {
    const [a, b] = [remembering('a', 'stepUp'), remembering('b', 'allow')];
    const assess = signals({ providers: [a.provider, b.provider] });
    await assess(newLogin());
    expect(await assess.remember(login)).toEqual([]);
    for (const { remember } of [a, b]) expect(remember.mock.calls).toEqual([[login, expect.any(AbortSignal)]]);
  });

  test('AC-05: nothing of a login that was not held', async () => {
    const a = remembering('a', 'allow');
    expect(await signals({ providers: [a.provider] }).remember({ ...login, address: undefined })).toEqual([]);
    expect(a.remember).not.toHaveBeenCalled();
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('down');
      },
    ],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['hangs', never],
  ])('AL-05: a provider whose remember %s is told of, and holds up nobody', async (_how, remember) => {
    const assess = signals({ providers: [says('a', 'allow', { remember }), says('b', 'allow')] });
    const outages = [{ reason: 'a_failed', decision: 'allow' }];
    const { assessed } = begin(assess);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await assessed).toEqual({ decision: 'allow', raised: outages });
    const remembered = assess.remember(login);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await remembered).toEqual(outages);
  });
});

describe('a wrong option is a TypeError that names the right one:', () => {
  const right = says('a', 'allow');
  const AT_LEAST = "providers must be one at least, such as [dormant({ months: 12, lastLogin, onError: 'stepUp' })]";
  const NAME = 'a provider has a name of a-z, 0-9 and _';
  test.each<[unknown, string]>([
    [undefined, 'signals takes an object of options'],
    [[right], 'signals takes an object of options'],
    [{ provider: [right] }, "signals has no option 'provider'; did you mean providers?"],
    [{ providers: [] }, AT_LEAST],
    [{ providers: right }, AT_LEAST],
    [{ providers: [undefined] }, NAME],
    [{ providers: [{ ...right, name: 'Geo IP' }] }, NAME],
    [{ providers: [right, right] }, 'there is something called a already'],
    [{ providers: [{ ...right, name: 'wrong_codes' }] }, 'there is something called wrong_codes already'],
    [{ providers: [{ ...right, name: 'forged_tokens' }] }, 'there is something called forged_tokens already'],
    [{ providers: [{ ...right, name: 'a_failed' }] }, 'a_failed reads like an outage: name the provider otherwise'],
    [{ providers: [{ ...right, assess: 'allow' }] }, 'a.assess must be a function of a login that returns a decision'],
    [{ providers: [{ ...right, remember: true }] }, 'a.remember must be a function of a login'],
    [
      { providers: [{ ...right, onError: undefined }] },
      'a.onError must say what an outage means: allow lets in, stepUp asks for a second factor, deny keeps out',
    ],
    [{ providers: [{ ...right, onError: 'open' }] }, 'a.onError must be one of: allow, stepUp, deny'],
    [{ providers: [{ ...right, onError: 'confirm' }] }, 'a.onError must be one of: allow, stepUp, deny'],
    [{ providers: [{ ...right, timeoutMs: 0 }] }, 'a.timeoutMs must be a whole number of milliseconds, 1 to 2000'],
    [{ providers: [{ ...right, timeoutMs: 2001 }] }, 'a.timeoutMs must be a whole number of milliseconds, 1 to 2000'],
    [{ providers: [right], timeoutMs: 2001 }, 'timeoutMs must be a whole number of milliseconds, 1 to 2000'],
    [
      { providers: [dormant({ months: 1, lastLogin: () => 0 } as never)] },
      'dormant.onError must say what an outage means: allow lets in, stepUp asks for a second factor, deny keeps out',
    ],
  ])('%#', (options, message) => {
    expect(() => signals(options as never)).toThrow(misuse(message));
  });
});
