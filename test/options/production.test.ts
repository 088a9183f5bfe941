/** Options that are for development only: refused where the origin is not loopback. */
import { describe, expect, test } from 'vitest';
import { DevInbox, MemoryStore } from '../../lib/index.js';
import { parse, refused, store, transport } from '../support/options.js';

describe('in production, which is any origin that is not loopback', () => {
  const production = [
    'app.example.com',
    '192.168.1.5',
    '0.0.0.0',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '[::2]',
  ];
  const loopback = ['localhost', 'app.localhost', '127.0.0.1', '127.9.9.9', '[::1]'];
  const inbox = { transport: new DevInbox(), from: 'a@x.test' };

  test.each(production)('RD-02: http://%s is refused', (host) => {
    refused('origin', () => parse({ origin: `http://${host}` }));
  });
  test.each(loopback)('RD-02: http://%s is taken', (host) => {
    expect(parse({ origin: `http://${host}:3000` }).origin).toBe(`http://${host}:3000`);
  });

  test.each(production)('https://%s: the memory store is refused', (host) => {
    const attempt = () => parse({ origin: `https://${host}`, store: new MemoryStore() });
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(/not loopback: this store .* RedisStore/);
  });
  test.each(loopback)('https://%s: the memory store is taken', (host) => {
    const memory = new MemoryStore();
    expect(parse({ origin: `https://${host}`, store: memory }).store).toBe(memory);
  });

  test.each(production)('SE-14: https://%s: the dev inbox is refused', (host) => {
    const attempt = () => parse({ origin: `https://${host}`, mail: inbox });
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(/not loopback: this mail transport/);
  });
  test.each(loopback)('SE-14: https://%s: the dev inbox is taken', (host) => {
    expect(() => parse({ origin: `https://${host}`, mail: inbox })).not.toThrow();
  });
});
