/** Many requests at the same time, on all processes of a site. */
import type { Answer, Browser } from './browser.js';
import { type Site, whoIs } from './site.js';

type Send = (jar: Browser, origin: string, i: number) => Promise<Answer>;

/**
 * As many copies of this browser as there are requests, in turn at each process. A request that meets the deadline of Redis,
 * as on a busy machine, is sent again until it has its real answer.
 */
export const inParallel = (site: Site, asker: Browser, count: number, send: Send) =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const jar = asker.copy();
      const origin = site.apps[i % site.apps.length]?.origin ?? '';
      let answer = await send(jar, origin, i);
      while (answer.status === 503) answer = await send(jar, origin, i);
      return { jar, answer };
    }),
  );

/** The users of those browsers that are logged in. */
export async function loggedIn(clicks: readonly { jar: Browser }[]): Promise<string[]> {
  const users = await Promise.all(clicks.map(({ jar }) => whoIs(jar)));
  return users.filter((user) => user !== undefined);
}
