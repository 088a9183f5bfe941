/** A document on its way under another secret: what changes it meanwhile is not undone. */
import { expect, test } from 'vitest';
import { Keyring } from '../../../lib/protocol/keys.js';
import { type Sealer, sealerOf } from '../../../lib/protocol/sealer.js';
import { MemoryFactorStore } from '../../../lib/step-up/index.js';
import type { Credential, FactorDocument } from '../../../lib/step-up/store/document.js';
import { Records } from '../../../lib/step-up/store/records.js';
import { SECRET } from '../../support/app.js';

const ADA = 'ada@example.com';
const NEWER = 'a newer secret of the tests that is long enough';
const ORIGIN = 'http://localhost:9';

const sealersOf = (secrets: [string, ...string[]]) =>
  new Keyring(secrets, `${ORIGIN}|magic-link`).all.map((keys) => sealerOf(keys, 'step-up')) as [Sealer, ...Sealer[]];

const recordsOf = (store: MemoryFactorStore, ...secrets: [string, ...string[]]) =>
  new Records({ store, sealers: sealersOf(secrets), origin: ORIGIN, clock: Date.now });

const factor: Credential = {
  id: 'one',
  factor: 'totp',
  data: {},
  enrolledAt: 1,
  activeAt: 1,
  failures: 0,
  level: 2,
};
const withOne = (document: FactorDocument): FactorDocument => ({ ...document, credentials: [factor] });
const withNone = (document: FactorDocument): FactorDocument => ({ ...document, credentials: [] });

test('SU-09, SU-10: a factor that is removed while its document moves stays removed', async () => {
  const store = new MemoryFactorStore();
  await recordsOf(store, SECRET).update(ADA, (document) => ({ document: withOne(document), result: undefined }));
  const records = recordsOf(store, NEWER, SECRET);

  // The removal has read the old document, and waits until the new one is written and the old one not yet gone.
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let read = () => {};
  const hasRead = new Promise<void>((resolve) => {
    read = resolve;
  });
  const removal = records.update(ADA, async (document) => {
    read();
    await released;
    return { document: withNone(document), result: 'removed' };
  });
  await hasRead;
  const write = store.write.bind(store);
  const moved = records.tag(ADA);
  store.write = async (user, expected, sealed) => {
    const written = await write(user, expected, sealed);
    if (user === moved && expected === undefined) {
      release();
      await removal;
    }
    return written;
  };
  expect(await records.reseal(ADA)).toBe(true);
  expect(await removal).toBe('removed');
  expect((await records.read(ADA)).credentials).toEqual([]);
  expect((await recordsOf(store, NEWER).read(ADA)).credentials).toEqual([]);
});

test('a change that finds a document on its way finishes the move, and is made once', async () => {
  const store = new MemoryFactorStore();
  await recordsOf(store, SECRET).update(ADA, (document) => ({
    document: { ...withOne(document), moving: true },
    result: undefined,
  }));
  const records = recordsOf(store, NEWER, SECRET);
  const another = { ...factor, id: 'two' };
  await records.update(ADA, (document) => ({
    document: { ...document, credentials: [...document.credentials, another] },
    result: undefined,
  }));
  expect((await recordsOf(store, NEWER).read(ADA)).credentials).toEqual([factor, another]);
  expect(await records.reseal(ADA)).toBe(true);
});
