/** Merges several streams in the order of their entries. An account has one stream for each of the app's secrets. */
import type { Stored } from './streams.js';

export async function* merged(streams: AsyncGenerator<Stored>[], newestFirst: boolean): AsyncGenerator<Stored> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    let first = -1;
    for (const [i, { value, done }] of heads.entries()) {
      if (done) continue;
      const best = heads[first]?.value as Stored | undefined;
      if (!best || isBefore(value.id, best.id) !== newestFirst) first = i;
    }
    const [head, stream] = [heads[first], streams[first]];
    if (!head || !stream) return;
    yield head.value as Stored;
    heads[first] = await stream.next();
  }
}

/** Compares by time, then by number. */
function isBefore(a: string, b: string): boolean {
  const [[timeA = 0, numberA = 0], [timeB = 0, numberB = 0]] = [a, b].map((id) => id.split('-').map(Number)) as [
    number[],
    number[],
  ];
  return timeA === timeB ? numberA < numberB : timeA < timeB;
}
