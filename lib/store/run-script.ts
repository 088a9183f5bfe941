/** A script by its name, and with its source where Redis does not know it yet. */
import type { Late } from '../util/deadline.js';
import type { Send } from './redis-client.js';
import type { Script } from './scripts.js';

export async function runScript(
  send: Send,
  { sha1, source }: Script,
  keys: readonly [string, ...string[]],
  args: readonly string[],
  late: Late,
): Promise<unknown> {
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await send(keys[0], ['evalsha', sha1, ...rest], late);
  } catch (error) {
    // Only this answer says that nothing was done; after any other it may have been, and trying again
    // could spend a link that was just spent.
    const unknown = error instanceof Error && error.message.startsWith('NOSCRIPT');
    if (!unknown || late.aborted) throw error;
    return await send(keys[0], ['eval', source, ...rest], late);
  }
}
