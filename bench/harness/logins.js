// Many logins at a server, in two steps that are measured apart: all ask, then all click.
import { performance } from 'node:perf_hooks';
import { Browser } from './browser.js';

/** @typedef {import('./subject.js').ServerProcess} ServerProcess */
/** @typedef {import('./redis-server.js').RedisServer} RedisServer */
/** @typedef {{ browser: Browser, address: string, link: string }} Person */
/** Milliseconds of one step of one login. @typedef {{ wall: number, cpu: number, redisCpu: number }} Step */

/** An ask or a click that led to no login. */
export class Refused extends Error {}

let people = 0;

/** Somebody who was never here, in a browser that is ready to ask. @param {ServerProcess} server @param {string} [prefix] */
export async function newPerson(server, prefix = 'person') {
  const browser = new Browser(server);
  const address = `${prefix}-${people++}@example.com`;
  await server.subject.system.prepare?.(browser, address);
  return { browser, address, link: '' };
}

/** @param {ServerProcess} server @param {number} count @param {string} [prefix] @returns {Promise<Person[]>} */
export async function newPeople(server, count, prefix) {
  const all = [];
  for (let i = 0; i < count; i++) all.push(await newPerson(server, prefix));
  return all;
}

/**
 * @param {ServerProcess} server @param {RedisServer} redis @param {readonly Person[]} crowd @param {number} atATime
 * @returns {Promise<Step>}
 */
export async function askAll(server, redis, crowd, atATime) {
  const { system, label } = server.subject;
  // Mail of what was broken off is nobody's.
  await server.ask('mails', 0);
  const before = { redisCpu: await redis.cpuMs(), cpu: await server.ask('cpu') };
  const started = performance.now();
  await inParallel(crowd, atATime, async ({ browser, address }) => {
    const answer = await system.ask(browser, address);
    if (answer.status >= 400)
      throw new Refused(`${label} refused an ask: ${answer.status} ${answer.text.slice(0, 200)}`);
  });
  const wall = performance.now() - started;
  const { cpu, links } = await server.ask('mails', crowd.length);
  const after = { redisCpu: await redis.cpuMs(), cpu };
  handOut(crowd, links);
  return each(crowd.length, wall, before, after);
}

/**
 * @param {ServerProcess} server @param {RedisServer} redis @param {readonly Person[]} crowd @param {number} atATime
 * @returns {Promise<Step>}
 */
export async function clickAll(server, redis, crowd, atATime) {
  const { system, label } = server.subject;
  const before = { redisCpu: await redis.cpuMs(), cpu: await server.ask('cpu') };
  const started = performance.now();
  await inParallel(crowd, atATime, async ({ browser, link }) => {
    const answer = await system.click(browser, link);
    if (answer.status >= 400)
      throw new Refused(`${label} refused a click: ${answer.status} ${answer.text.slice(0, 200)}`);
  });
  const wall = performance.now() - started;
  const after = { cpu: await server.ask('cpu'), redisCpu: await redis.cpuMs() };
  return each(crowd.length, wall, before, after);
}

/**
 * To each the link that came for the address; the first to ask has the first.
 * @param {readonly Person[]} crowd @param {readonly { address: string, link: string }[]} links
 */
export function handOut(crowd, links) {
  const left = [...links];
  for (const person of crowd) {
    const [mail] = left.splice(
      left.findIndex(({ address }) => address === person.address),
      1,
    );
    person.link = mail?.link ?? '';
  }
}

/**
 * @param {number} count @param {number} wall
 * @param {{ cpu: number, redisCpu: number }} before @param {{ cpu: number, redisCpu: number }} after
 */
const each = (count, wall, before, after) => ({
  wall: wall / count,
  cpu: (after.cpu - before.cpu) / count,
  redisCpu: (after.redisCpu - before.redisCpu) / count,
});

/** Whether this browser is logged in as this person. @param {ServerProcess} server @param {Browser} browser @param {string} address */
export async function isLoggedIn({ subject }, browser, address) {
  const { text } = await browser.get(subject.system.whoami, { 'sec-fetch-site': 'none', accept: 'application/json' });
  return text.includes(address);
}

/** @param {ServerProcess} server @param {RedisServer} redis @param {Person} person */
export async function mustBeLoggedIn(server, redis, person) {
  if (await isLoggedIn(server, person.browser, person.address)) return;
  throw new Error(`${server.subject.label} (redis at ${redis.url}) answered the click and logged nobody in`);
}

/**
 * Logins until the server's code is warm; they must have logged in.
 * @param {ServerProcess} server @param {RedisServer} redis @param {{ logins: number, ms: number, atATime: number, prefix?: string }} until whichever is first
 * @returns {Promise<number>} CPU milliseconds of a login at the end of it
 */
export async function warmUp(server, redis, { logins, ms, atATime, prefix }) {
  const started = performance.now();
  let last = 0;
  for (let done = 0; done < logins && performance.now() - started < ms; ) {
    // A first login alone says whether it works at all, and how long it takes.
    const count = done === 0 ? 1 : Math.min(50, logins - done, Math.ceil(500 / last));
    last = await patiently(async () => {
      const crowd = await newPeople(server, count, prefix);
      const asked = await askAll(server, redis, crowd, atATime);
      const clicked = await clickAll(server, redis, crowd, atATime);
      for (const person of crowd.slice(0, 1)) await mustBeLoggedIn(server, redis, person);
      return asked.cpu + clicked.cpu;
    });
    done += count;
  }
  return last;
}

/**
 * @template T
 * @param {readonly T[]} items @param {number} atATime @param {(item: T) => Promise<void>} work
 */
export async function inParallel(items, atATime, work) {
  const left = items.values();
  const worker = async () => {
    for (const item of left) await work(item);
  };
  const ended = await Promise.allSettled(Array.from({ length: atATime }, worker));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

/**
 * Does it again where a login was refused: when a busy machine stalls, a server's own deadlines pass.
 * @template T
 * @param {() => Promise<T>} work @returns {Promise<T>}
 */
export async function patiently(work) {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refused) || tries === 5) throw error;
    }
  }
}
