// Many live links, put into the store past the login: a real one each would take an hour.
import { randomBytes } from 'node:crypto';

const AT_A_TIME = 1000;

/**
 * Each of an account of its own, of the sizes that the protocol writes, without lanes of limits.
 * @param {import('../../lib/index.js').LinkStore} store @param {number} count
 */
export async function preload(store, count) {
  for (let done = 0; done < count; done += AT_A_TIME) {
    const links = Array.from({ length: Math.min(AT_A_TIME, count - done) }, () =>
      store.issue({
        account: text(16),
        recordId: text(16),
        digest: text(32),
        binding: text(32),
        sealed: text(100),
        ttlMs: 600_000,
      }),
    );
    await Promise.all(links);
  }
}

/** @param {number} bytes */
const text = (bytes) => randomBytes(bytes).toString('base64url');
