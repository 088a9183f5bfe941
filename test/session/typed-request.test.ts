/** What a session keeps of a request, so that the form can be filled in again: sealed, and only while it is bound. */
import type { Request } from 'express';
import { expect, test } from 'vitest';
import { sealValue } from '../../lib/protocol/envelope.js';
import { Keyring } from '../../lib/protocol/keys.js';
import { bindBrowser, endBinding } from '../../lib/session/binding.js';
import type { Session } from '../../lib/session/session.js';
import { sealRequest, typedRequest } from '../../lib/session/typed-request.js';
import { SECRET } from '../support/app.js';

const ORIGIN = 'https://app.example.com';
const OTHER = 'another secret of the tests, long enough too';
const ring = (...secrets: [string, ...string[]]) => new Keyring(secrets, ORIGIN);

const typed = { address: 'ada@example.com', returnTo: `${ORIGIN}/orders` };

/** A session that requested a link, and keeps this of it. */
function requestedWith(ask: string): Session {
  const session = { cookie: { originalMaxAge: null }, save: () => {}, regenerate: () => {} } as Session;
  bindBrowser({ sessionID: 'session-id' } as unknown as Request, session, { ttl: 600, askedAt: 1, ask });
  return session;
}

test.each([typed, { ...typed, returnTo: undefined }])('what was typed is there again: %j', (request) => {
  expect(typedRequest(ring(SECRET), requestedWith(sealRequest(ring(SECRET), request)))).toEqual(request);
});

test('the session shows nothing of it', () => {
  const text = JSON.stringify(requestedWith(sealRequest(ring(SECRET), typed)));
  expect(text).not.toMatch(/ada|example|orders/);
});

test('it opens under every secret of the app, and under no other', () => {
  const session = requestedWith(sealRequest(ring(SECRET), typed));
  expect(typedRequest(ring(OTHER, SECRET), session)).toEqual(typed);
  expect(typedRequest(ring(OTHER), session)).toBeUndefined();
});

test('it opens for this origin alone', () => {
  const elsewhere = new Keyring([SECRET], 'https://other.example.com');
  expect(typedRequest(elsewhere, requestedWith(sealRequest(ring(SECRET), typed)))).toBeUndefined();
});

test('what was sealed for something else is nothing that was typed', () => {
  const foreign = sealValue(ring(SECRET), 'held-address', [typed.address, typed.returnTo]);
  expect(typedRequest(ring(SECRET), requestedWith(foreign))).toBeUndefined();
});

test.each(['', 'x', 'pbl_', 'ä'])('what is not sealed is nothing that was typed: %j', (ask) => {
  expect(typedRequest(ring(SECRET), requestedWith(ask))).toBeUndefined();
});

test('it ends with the binding', () => {
  const session = requestedWith(sealRequest(ring(SECRET), typed));
  endBinding(session);
  expect(typedRequest(ring(SECRET), session)).toBeUndefined();
});
