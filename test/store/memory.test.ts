import { describe, expect, test } from 'vitest';
import { MemoryStore } from '../../lib/index.js';
import { storeContract } from '../../lib/testing/index.js';

describe('MemoryStore keeps the store contract', () => {
  for (const { name, run } of storeContract(() => {
    let past = 0;
    const store = new MemoryStore({ clock: () => Date.now() + past });
    return {
      store,
      end: async () => {
        past = 3_600_000;
      },
    };
  })) {
    test(name, run);
  }
});
