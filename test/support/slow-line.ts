/** A TCP line to a Redis on which every command takes its time. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { onTestFinished } from 'vitest';

/** Gone with the test, once whoever uses it is gone. Resolves with its URL. */
export async function startSlowLine({ port }: { port: number }, delayMs: number): Promise<string> {
  const server = createServer((outside) => {
    const inside = connect(port, '127.0.0.1');
    // Timers of one length fire in the order in which they were set.
    outside.on('data', (bytes) => void setTimeout(() => inside.write(bytes), delayMs));
    inside.on('data', (bytes) => void outside.write(bytes));
    for (const [socket, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
