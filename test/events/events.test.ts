/** Events reach whoever listens, and no listener can disturb anybody. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { EVENT_CHANNEL, Events, type MagicLinkEvent } from '../../lib/events/events.js';
import { documented } from '../support/errors.js';

/** Events at a fixed time, and what a listener of all of them heard. */
function recorded(clock = () => 1_700_000_000_999) {
  const events = new Events(clock, () => 'event-id');
  const heard: MagicLinkEvent[] = [];
  return { events, heard, listen: (event: MagicLinkEvent) => heard.push(event) };
}

test('an event has its type, severity and time in whole seconds, and the details', () => {
  const { events, heard, listen } = recorded();
  events.on('link.wrong_browser', listen).report('link.wrong_browser', { account: 'a', link: 'l', count: 2 });
  expect(heard).toEqual([
    {
      type: 'link.wrong_browser',
      severity: 'warning',
      id: 'event-id',
      time: 1_700_000_000,
      account: 'a',
      link: 'l',
      count: 2,
    },
  ]);
});

test('a listener of one type hears no other', () => {
  const { events, heard, listen } = recorded();
  events.on('link.requested', listen).report('link.redeemed');
  expect(heard).toEqual([]);
});

test('a listener of * hears every type', () => {
  const { events, heard, listen } = recorded();
  events.on('*', listen);
  events.report('link.requested');
  events.report('store.unavailable');
  expect(heard.map(({ type, severity }) => [type, severity])).toEqual([
    ['link.requested', 'info'],
    ['store.unavailable', 'critical'],
  ]);
});

test('a listener added twice hears an event once', () => {
  const { events, heard, listen } = recorded();
  events.on('link.requested', listen).on('link.requested', listen).report('link.requested');
  expect(heard).toHaveLength(1);
});

test('a listener taken off hears nothing more', () => {
  const { events, heard, listen } = recorded();
  events
    .on('*', listen)
    .on('link.requested', listen)
    .off('*', listen)
    .off('link.requested', listen)
    .report('link.requested');
  expect(heard).toEqual([]);
});

test('a listener may take itself off while it hears', () => {
  const { events, heard, listen } = recorded();
  const first = () => events.off('link.requested', first);
  events.on('link.requested', first).on('link.requested', listen).report('link.requested');
  expect(heard).toHaveLength(1);
});

test('an event cannot be changed by who hears it first', async () => {
  const { events, heard, listen } = recorded();
  const forge = (event: MagicLinkEvent) => Object.assign(event, { type: 'link.redeemed' });
  // The listener fails on the frozen event: that is its warning.
  const warned = once(process, 'warning');
  events.on('link.requested', forge).on('link.requested', listen).report('link.requested');
  expect(heard[0]?.type).toBe('link.requested');
  await warned;
});

test.each([
  ['throws', () => throwing(new RangeError('ada@example.com'))],
  ['rejects', async () => throwing(new RangeError('ada@example.com'))],
])('FT-14: a listener that %s disturbs nobody, and is a warning that quotes nothing', async (_how, listener) => {
  const { events, heard, listen } = recorded();
  events.on('link.requested', listener).on('link.requested', listen).on('*', listen);

  const warned = once(process, 'warning');
  expect(events.report('link.requested')).toBeUndefined();

  expect(heard).toHaveLength(2);
  const [warning] = await warned;
  expect(warning).toMatchObject({
    code: 'PBL_LISTENER',
    message: documented('a listener of link.requested failed: RangeError', 'PBL_LISTENER'),
  });
});

test.each([
  ['a string', 'ada@example.com', 'string'],
  ['nothing', undefined, 'undefined'],
])('FT-14: a listener may throw %s', async (_what, thrown, named) => {
  const warned = once(process, 'warning');
  const { events } = recorded();
  events.on('link.requested', () => throwing(thrown)).report('link.requested');
  const [warning] = await warned;
  expect(warning.message).toBe(documented(`a listener of link.requested failed: ${named}`, 'PBL_LISTENER'));
});

test('FT-14: a listener that never ends holds nobody up', () => {
  const { events, heard, listen } = recorded();
  events
    .on('link.requested', () => new Promise(() => {}))
    .on('link.requested', listen)
    .report('link.requested');
  expect(heard).toHaveLength(1);
});

test.each(['link.requestd', 'requested', '', 'toString', '__proto__'])('an unknown event is refused: %j', (type) => {
  // @ts-expect-error no event of ours
  expect(() => recorded().events.on(type, () => {})).toThrow(
    /^unknown event '.*'; there are: link\.requested, .*store\./,
  );
});

test.each([undefined, null, 'log', {}])('a listener that is no function is refused: %j', (listener) => {
  // @ts-expect-error no function
  expect(() => recorded().events.on('link.requested', listener)).toThrow(TypeError);
});

test('FT-14: a listener that fails each time is one warning, also in a storm', async () => {
  const { events } = recorded();
  const warnings: Error[] = [];
  const hear = (warning: Error) => warnings.push(warning);
  process.on('warning', hear);
  onTestFinished(() => void process.off('warning', hear));
  events.on('link.requested', () => throwing(new RangeError('again')));
  for (let i = 0; i < 1000; i++) events.report('link.requested');
  const last = once(process, 'warning');
  events.on('link.expired', () => throwing(new RangeError('another'))).report('link.expired');
  await last;
  expect(warnings).toHaveLength(2);
});

test('AL-03: a text in an event is one short line, whatever was put into it', () => {
  const { events, heard, listen } = recorded();
  const forged = 'a\r\n{"type":"link.redeemed"}\0\x1b[2J\u2028\u202e';
  events.on('*', listen).report('mail.failed', { reason: forged, request: 'x'.repeat(10_000) });
  expect(heard[0]?.reason).toBe('a\\u000d\\u000a{"type":"link.redeemed"}\\u0000\\u001b[2J\\u2028\\u202e');
  expect(heard[0]?.request).toHaveLength(128);
  events.report('mail.failed', { reason: '\n'.repeat(200) });
  expect(heard[1]?.reason).toHaveLength(128);
});

test('what is not known is not in an event', () => {
  const { events, heard, listen } = recorded();
  events.on('*', listen).report('mail.failed', { account: undefined as never, reason: 'ETIMEDOUT' });
  expect(Object.keys(heard[0] as object)).toEqual(['type', 'severity', 'id', 'time', 'reason']);
});

test('the same events are on the diagnostics channel', () => {
  const { events, heard, listen } = recorded();
  const published: unknown[] = [];
  const hear = (event: unknown) => void published.push(event);
  subscribe(EVENT_CHANNEL, hear);
  events.report('link.requested');
  events.on('*', listen).report('link.redeemed', { account: 'a' });
  unsubscribe(EVENT_CHANNEL, hear);
  events.report('link.expired');
  expect(published).toMatchObject([{ type: 'link.requested' }, { type: 'link.redeemed' }]);
  expect(published[1]).toBe(heard[0]);
});

test('what nobody hears is not made', () => {
  const evidence = vi.fn(() => ({ network: 'n' }));
  const newId = vi.fn(() => 'event-id');
  const events = new Events(() => 0, newId).on('link.redeemed', () => {});
  const reporter = events.from(evidence);
  for (let i = 0; i < 10; i++) {
    reporter.report('link.requested');
    events.report('link.requested');
  }
  expect([evidence.mock.calls.length, newId.mock.calls.length]).toEqual([0, 0]);
  for (let i = 0; i < 10; i++) reporter.report('link.redeemed');
  expect([evidence.mock.calls.length, newId.mock.calls.length]).toEqual([1, 10]);
});

test('what happens in one request says so, and how long it took until then', () => {
  let now = 5000;
  const { events, heard, listen } = recorded(() => now);
  const reporter = events.on('*', listen).from(() => ({ request: 'r', network: 'n' }));
  now += 25;
  reporter.report('link.wrong_browser', { account: 'a', count: 3 }, 'high');
  now = 0;
  reporter.report('link.requested');
  const common = { request: 'r', network: 'n' };
  expect(heard).toMatchObject([
    { ...common, severity: 'high', account: 'a', count: 3, durationMs: 25 },
    // A clock that was set back.
    { ...common, severity: 'info', durationMs: 0 },
  ]);
});

function throwing(thrown: unknown): never {
  throw thrown;
}
