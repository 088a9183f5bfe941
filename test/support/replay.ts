/** What an attacker who can wait would like: the session that asked, back after it has ended. */
import type { Browser } from './browser.js';
import { type Site, sessionIdIn } from './site.js';

/**
 * Keeps this browser's session as it is now. The function that it resolves with puts it back, as a failover or
 * a late request that saves it again does, and resolves with a jar that holds it: binding and all, so that
 * nothing but the link's own state stands between it and a second login.
 */
export async function keepSession(site: Site, browser: Browser): Promise<() => Promise<Browser>> {
  const admin = site.admin();
  const jar = browser.copy();
  const key = `sess:${sessionIdIn(jar)}`;
  const data = await admin.get(key);
  if (data === null) throw new Error('there is no session to keep');
  return async () => {
    await admin.set(key, data, 'EX', 600);
    return jar.copy();
  };
}
