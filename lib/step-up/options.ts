/** What an app says of its step-up, checked once and for all, and made one complete config. */
import type { Request } from 'express';
import { isLoopback } from '../options/origin.js';
import { parseReturnTo } from '../protocol/return-to.js';
import type { StrategyPort } from '../strategy/port.js';
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';
import type { Factor, Person } from './factors/factor.js';
import { RECOVERY } from './factors/recovery-codes.js';
import { mailNotice, type Notify } from './flows/factor-notifier.js';
import type { Recovery } from './flows/management.js';
import { type StepUpPageName, StepUpPages, type StepUpViews } from './pages/pages.js';
import { MAX_AGE } from './session/context.js';
import type { FactorStore } from './store/factor-store.js';

export interface StepUpOptions {
  /** Keeps the factors: `new RedisFactorStore(client)`, a table of the app's own, or `new MemoryFactorStore()` in development. */
  store: FactorStore;
  /** What can be enrolled, such as `[passkeys(), totp()]`, in the order in which it is offered. */
  factors: readonly Factor[];
  /** Who is logged in; undefined for nobody. */
  user: (req: Request) => Person | undefined | Promise<Person | undefined>;
  /** Seconds that a first factor waits before it counts, an hour to 30 days. Default 86,400. */
  coolingOff?: number;
  /** Seconds for which a step-up allows a change of factors, 1 to 3,600. Default 300. */
  maxAge?: number;
  /** A way back without any factor and code, after a delay. Default: there is none. */
  recovery?: Recovery;
  /** Tells a user of their factors. Default: a mail to the person's `address`, by the strategy's outbox. */
  notify?: Notify;
  /**
   * Told when somebody has stepped up, in the session that it raised, and waited for. What it throws goes to
   * Express's error handlers; the step-up stands.
   */
  onStepUp?: (req: Request) => unknown;
  /** Where a step-up goes that nothing asked for. Default: the page of the factors. */
  successRedirect?: string;
  /** Where the login is mounted. Default: the callbackPath without its `/callback`. */
  loginPath?: string;
  /** The app's own pages in place of ours, each a function that answers. */
  views?: StepUpViews;
}

export interface StepUpConfig {
  readonly store: FactorStore;
  readonly factors: ReadonlyMap<string, Factor>;
  readonly user: StepUpOptions['user'];
  readonly coolingOff: number;
  readonly maxAge: number;
  readonly recovery: Recovery | undefined;
  readonly notify: Notify;
  readonly onStepUp: NonNullable<StepUpOptions['onStepUp']>;
  readonly successRedirect: string | undefined;
  readonly loginPath: string;
  readonly pages: StepUpPages;
}

const NAMES = namesOf<StepUpOptions>({
  store: true,
  factors: true,
  user: true,
  coolingOff: true,
  maxAge: true,
  recovery: true,
  notify: true,
  onStepUp: true,
  successRedirect: true,
  loginPath: true,
  views: true,
});

const VIEW_NAMES = namesOf<Record<StepUpPageName, unknown>>({
  confirm: true,
  factors: true,
  enrol: true,
  enrolled: true,
  refused: true,
  unavailable: true,
});

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Names that the router has for itself. */
const TAKEN = [RECOVERY, 'factors', 'remove', 'loss'];

/** @throws TypeError for a wrong, unknown, missing or misspelt option */
export function parseStepUp(options: StepUpOptions, port: StrategyPort): StepUpConfig {
  checkNames('StepUp', options, NAMES);
  const { store, factors, user, coolingOff = DAY, maxAge = MAX_AGE, recovery, notify, views = {} } = options;
  const { origin, theme } = port;
  need(isStore(store), 'store must keep factors: pass new RedisFactorStore(client), or a FactorStore of your own');
  need(isLoopback(origin) || !store.developmentOnly, `${origin} is not loopback: this factor store is for development`);
  need(isFunction(user), 'user must be a function of a request that returns { id, name }, or undefined for nobody');
  wholeNumber('coolingOff', 'seconds', coolingOff, { min: HOUR, max: 30 * DAY });
  wholeNumber('maxAge', 'seconds', maxAge, { max: HOUR });
  need(notify === undefined || isFunction(notify), 'notify must be a function of a notice');
  if (recovery !== undefined) {
    checkNames('recovery', recovery, namesOf<Recovery>({ delay: true, notify: true }));
    wholeNumber('recovery.delay', 'seconds', recovery.delay, { min: HOUR, max: 90 * DAY });
    need(isFunction(recovery.notify), 'recovery.notify must tell a second channel, and reject where it could not');
  }
  const { onStepUp = () => undefined } = options;
  need(isFunction(onStepUp), 'onStepUp must be a function of a request');
  checkNames('views', views, VIEW_NAMES);
  for (const [page, view] of Object.entries(views)) need(isFunction(view), `views.${page} must be a function`);
  const { successRedirect, loginPath = port.loginPath } = options;
  for (const [name, path] of Object.entries({ successRedirect, loginPath })) {
    need(path === undefined || parseReturnTo(origin, path), `${name} must be a path of the origin`);
  }
  return Object.freeze({
    ...{ store, factors: parseFactors(factors), user, coolingOff, maxAge, recovery },
    ...{ notify: notify ?? mailNotice(port), onStepUp, successRedirect, loginPath },
    pages: new StepUpPages({ ...views }, theme),
  });
}

function parseFactors(factors: readonly Factor[]): ReadonlyMap<string, Factor> {
  need(Array.isArray(factors) && factors.length > 0, 'factors must be one at least, such as [passkeys(), totp()]');
  const byName = new Map<string, Factor>();
  for (const factor of factors) {
    const { name, level, verify, beginEnrolment, finishEnrolment } = Object(factor) as Factor;
    need(typeof name === 'string' && /^[a-z][a-z0-9-]{0,31}$/.test(name), 'a factor has a name of a-z, 0-9 and -');
    need(!TAKEN.includes(name) && !byName.has(name), `there is something called ${name} already`);
    need(level === 2 || level === 3, `the factor ${name} must have the level 2 or 3`);
    need(
      [verify, beginEnrolment, finishEnrolment].every(isFunction),
      `the factor ${name} must have beginEnrolment, finishEnrolment and verify`,
    );
    byName.set(name, factor);
  }
  return byName;
}

const isStore = (store: unknown): store is FactorStore =>
  typeof store === 'object' &&
  store !== null &&
  ['read', 'write'].every((method) => isFunction(Reflect.get(store, method)));
