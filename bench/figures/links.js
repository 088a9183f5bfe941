// Who a link logs in: in another browser, a second time, and after a mail scanner was there first.
import { Browser } from '../harness/browser.js';
import { askAll, clickAll, isLoggedIn, newPeople } from '../harness/logins.js';
import { table } from '../harness/tables.js';

/** @typedef {import('../harness/subject.js').ServerProcess} ServerProcess */
/** @typedef {import('../harness/logins.js').Person} Person */

/**
 * @typedef {object} Row
 * @property {string} label
 * @property {boolean} elsewhere another browser is logged in by it
 * @property {boolean} twice a second browser is, after the one that asked
 * @property {boolean} afterGet the asking browser is, after a scanner's GET
 * @property {boolean} afterHead the asking browser is, after a scanner's HEAD
 */

/** @type {import('./figure.js').Figure<{ rows: Row[] }>} */
export const figure = {
  name: 'links',
  // A floor is no product, and one checkout of ours says enough.
  measures: ({ label, system }) => Boolean(system.packages) && !label.includes('@'),

  async measure({ subjects, redis, start }) {
    const rows = [];
    for (const subject of subjects) {
      const server = await start(subject);
      const crowd = await newPeople(server, 4);
      await askAll(server, redis, crowd, 1);
      const [first, second, third, fourth] = /** @type {[Person, Person, Person, Person]} */ (
        /** @type {unknown} */ (crowd)
      );
      const elsewhere = await opens(server, new Browser(server), first);

      await clickAll(server, redis, [second], 1);
      const twice = await opens(server, new Browser(server), second);

      await opens(server, new Browser(server), third);
      const afterGet = await opens(server, third.browser, third);

      await new Browser(server).head(fourth.link);
      const afterHead = await opens(server, fourth.browser, fourth);
      await server.stop();
      rows.push({ label: subject.label, elsewhere, twice, afterGet, afterHead });
    }
    return { rows };
  },

  report: ({ rows }) => `## Whom a link logs in

Tried out, each with a link of its own: opened first in a browser that did not ask for it; opened in the asking browser, and then in another; opened by the asking browser after a mail scanner, which has no cookie, had fetched it by GET, or by HEAD.

${table(
  [
    'system',
    'logs in another browser',
    'logs in a second time',
    "works after a scanner's GET",
    "works after a scanner's HEAD",
  ],
  rows.map(({ label, elsewhere, twice, afterGet, afterHead }) => [
    label,
    ...[elsewhere, twice, afterGet, afterHead].map((does) => (does ? 'yes' : 'no')),
  ]),
)}

A link that logs in another browser logs in whoever has the mail, and who scans it. One that works after a scanner has been there, and logs in other browsers too, is one that works more than once.
`,
};

/** @param {ServerProcess} server @param {Browser} browser @param {Person} person @returns {Promise<boolean>} whether it is logged in by it */
async function opens(server, browser, { link, address }) {
  await server.subject.system.click(browser, link);
  return isLoggedIn(server, browser, address);
}
