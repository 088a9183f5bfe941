/** A process that stood still past a deadline: what was answered in time counts. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { within } from '../../lib/util/deadline.js';
import { startRedis } from '../support/redis.js';

test('FT-03: an answer that came while the process stood still is taken', async () => {
  const redis = await startRedis();
  const client = connect(redis.port, '127.0.0.1');
  await once(client, 'connect');
  const answer = within(20, async () => {
    const data = once(client, 'data');
    client.write('PING\r\n');
    return String((await data)[0]);
  });
  standStill(100);
  await expect(answer).resolves.toBe('+PONG\r\n');
  client.destroy();
  await redis.stop();
});

function standStill(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
