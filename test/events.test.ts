/** Events reach whoever listens, and no listener can disturb anybody. */
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { Events, type MagicLinkEvent } from '../lib/events.js';

/** Events at a fixed time, and what a listener of all of them heard. */
function recorded(clock = () => 1_700_000_000_999) {
  const events = new Events(clock);
  const heard: MagicLinkEvent[] = [];
  return { events, heard, listen: (event: MagicLinkEvent) => heard.push(event) };
}

test('an event has its type, severity and time in whole seconds, and the details', () => {
  const { events, heard, listen } = recorded();
  events.on('link.wrong_browser', listen).report('link.wrong_browser', { account: 'a', link: 'l', count: 2 });
  expect(heard).toEqual([
    { type: 'link.wrong_browser', severity: 'warning', time: 1_700_000_000, account: 'a', link: 'l', count: 2 },
  ]);
});

test('a listener of one type hears no other', () => {
  const { events, heard, listen } = recorded();
  events.on('link.asked', listen).report('link.redeemed');
  expect(heard).toEqual([]);
});

test('a listener of * hears every type', () => {
  const { events, heard, listen } = recorded();
  events.on('*', listen);
  events.report('link.asked');
  events.report('store.unavailable');
  expect(heard.map(({ type, severity }) => [type, severity])).toEqual([
    ['link.asked', 'info'],
    ['store.unavailable', 'critical'],
  ]);
});

test('a listener added twice hears an event once', () => {
  const { events, heard, listen } = recorded();
  events.on('link.asked', listen).on('link.asked', listen).report('link.asked');
  expect(heard).toHaveLength(1);
});

test('a listener taken off hears nothing more', () => {
  const { events, heard, listen } = recorded();
  events.on('*', listen).on('link.asked', listen).off('*', listen).off('link.asked', listen).report('link.asked');
  expect(heard).toEqual([]);
});

test('a listener may take itself off while it hears', () => {
  const { events, heard, listen } = recorded();
  const first = () => events.off('link.asked', first);
  events.on('link.asked', first).on('link.asked', listen).report('link.asked');
  expect(heard).toHaveLength(1);
});

test('an event cannot be changed by who hears it first', async () => {
  const { events, heard, listen } = recorded();
  const forge = (event: MagicLinkEvent) => Object.assign(event, { type: 'link.redeemed' });
  // The listener fails on the frozen event: that is its warning.
  const warned = once(process, 'warning');
  events.on('link.asked', forge).on('link.asked', listen).report('link.asked');
  expect(heard[0]?.type).toBe('link.asked');
  await warned;
});

test.each([
  ['throws', () => throwing(new RangeError('ada@example.com'))],
  ['rejects', async () => throwing(new RangeError('ada@example.com'))],
])('FT-14: a listener that %s disturbs nobody, and is a warning that quotes nothing', async (_how, listener) => {
  const { events, heard, listen } = recorded();
  events.on('link.asked', listener).on('link.asked', listen).on('*', listen);

  const warned = once(process, 'warning');
  expect(events.report('link.asked')).toBeUndefined();

  expect(heard).toHaveLength(2);
  const [warning] = await warned;
  expect(warning).toMatchObject({ code: 'PBL_LISTENER', message: 'a listener of link.asked failed: RangeError' });
});

test.each([
  ['a string', 'ada@example.com', 'string'],
  ['nothing', undefined, 'undefined'],
])('FT-14: a listener may throw %s', async (_what, thrown, named) => {
  const warned = once(process, 'warning');
  const { events } = recorded();
  events.on('link.asked', () => throwing(thrown)).report('link.asked');
  const [warning] = await warned;
  expect(warning.message).toBe(`a listener of link.asked failed: ${named}`);
});

test('FT-14: a listener that never ends holds nobody up', () => {
  const { events, heard, listen } = recorded();
  events
    .on('link.asked', () => new Promise(() => {}))
    .on('link.asked', listen)
    .report('link.asked');
  expect(heard).toHaveLength(1);
});

test.each(['link.askd', 'asked', '', 'toString', '__proto__'])('an unknown event is refused: %j', (type) => {
  // @ts-expect-error no event of ours
  expect(() => recorded().events.on(type, () => {})).toThrow(/^unknown event '.*'; there are: link\.asked, .*store\./);
});

test.each([undefined, null, 'log', {}])('a listener that is no function is refused: %j', (listener) => {
  // @ts-expect-error no function
  expect(() => recorded().events.on('link.asked', listener)).toThrow(TypeError);
});

function throwing(thrown: unknown): never {
  throw thrown;
}
