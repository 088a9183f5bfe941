/** Options that are for development only: refused where the origin is not loopback. */
import nodemailer from 'nodemailer';
import { describe, expect, test } from 'vitest';
import { DevInbox, MemoryStore } from '../../lib/index.js';
import { parse, refused } from '../support/options.js';

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

  type Smtp = Parameters<typeof nodemailer.createTransport>[0];
  const sending = (smtp: Smtp) => ({ transport: nodemailer.createTransport(smtp), from: 'a@x.test' });
  const inTheClear: [string, Smtp][] = [
    ['opportunistic TLS', { host: 'mail.example.com' }],
    ['a URL', 'smtp://mail.example.com:25'],
    ['a pool', { host: 'mail.example.com', pool: true }],
    ['any certificate', { host: 'mail.example.com', secure: true, tls: { rejectUnauthorized: false } }],
    ['any certificate on STARTTLS', { host: 'x.test', requireTLS: true, tls: { rejectUnauthorized: false } }],
  ];

  test.each(inTheClear)('ML-08: SMTP by %s is refused, with the cure', (_what, smtp) => {
    const attempt = () => parse({ mail: sending(smtp) });
    expect(attempt).toThrow(TypeError);
    expect(attempt).toThrow(/not loopback: this SMTP transport .*; (set requireTLS|remove tls)/);
  });
  test.each(inTheClear)('ML-08: SMTP by %s is taken on loopback', (_what, smtp) => {
    expect(() => parse({ origin: 'http://localhost:3000', mail: sending(smtp) })).not.toThrow();
  });
  test.each<[string, Smtp]>([
    ['requireTLS', { host: 'mail.example.com', requireTLS: true }],
    ['a URL and requireTLS', { url: 'smtp://mail.example.com', requireTLS: true }],
    ['smtps', 'smtps://mail.example.com'],
    ['a CA of one’s own', { host: 'mail.example.com', secure: true, tls: { ca: 'PEM' } }],
    ['a relay on this machine', { host: '127.0.0.1', port: 25 }],
    ['no SMTP at all', { sendmail: true }],
  ])('ML-08: %s is taken', (_what, smtp) => {
    expect(() => parse({ mail: sending(smtp) })).not.toThrow();
  });
});
