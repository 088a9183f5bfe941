/** The options of the step-up, checked and completed to one config. */
import type { Request, Response } from 'express';
import { isLoopback } from '../options/origin.js';
import { parseReturnTo } from '../protocol/return-to.js';
import type { StrategyPort } from '../strategy/port.js';
import type { Texts } from '../texts/texts.js';
import { checkNames, isFunction, namesOf, need, wholeNumber } from '../util/check.js';
import { PageSet } from '../web/page-set.js';
import type { Factor, Person } from './factors/factor.js';
import { parseFactors } from './factors/parse-factors.js';
import { mailNotice, type Notify } from './flows/factor-notifier.js';
import type { Recovery } from './flows/management.js';
import { PAGES } from './pages/page-content.js';
import type { StepUpPageData, StepUpPageName, StepUpViews } from './pages/page-data.js';
import { STYLE } from './pages/style.js';
import { MAX_AGE } from './session/context.js';
import type { FactorStore } from './store/factor-store.js';

/** @typeParam User what the strategy's `verify` returns, and Passport puts at `req.user` */
export interface StepUpOptions<User = unknown> {
  /** Keeps the factors: `new RedisFactorStore(client)`, your own table, or `new MemoryFactorStore()` in development. */
  store: FactorStore;
  /** The factors that can be enrolled, such as `[passkeys(), totp()]`, in the order in which they are offered. */
  factors: readonly Factor[];
  /** Returns the person of `req.user`, or undefined for users who have no step-up. Called for logins by a link only. */
  user: (user: User, req: Request) => Person | undefined | Promise<Person | undefined>;
  /**
   * Where browsers find the router, a path of the origin. Default `/step-up`. Set it if you mount the router elsewhere, or
   * behind a proxy that changes paths.
   */
  path?: string;
  /** Seconds that a first factor waits before it counts, an hour to 30 days. Default 86,400. */
  coolingOff?: number;
  /**
   * Seconds for which a step-up allows a change of factors, 1 to 3,600. Default 300. It does not bound the guards: each has
   * its own `maxAge`, an option of `require()`.
   */
  maxAge?: number;
  /** A way back, after a delay, for a person who has lost all factors and codes. Default: none. */
  recovery?: Recovery;
  /** Tells a user what happened to their factors. Default: a mail to the person's `address` by the strategy's outbox. */
  notify?: Notify;
  /**
   * Called and awaited after each step-up, in the session that it elevated. The `remember` of `signals()` fits here. If it
   * throws, the error goes to Express's error handlers, and the step-up stands.
   */
  onStepUp?: (stepUp: SteppedUp<User>) => unknown;
  /**
   * Answers a person whose login is held and who has no factor that counts. Default: the page `withoutFactor` with status
   * 403, and to JSON 401 `step_up_required`.
   */
  withoutFactor?: (req: Request, res: Response) => unknown;
  /** Where a person continues after a step-up that no guard required, a path of the origin. Default: the page of the factors. */
  successRedirect?: string;
  /** The path of the login form, a path of the origin. Default: the folder of the strategy's `callbackPath`. */
  loginPath?: string;
  /** Your own pages in place of the built-in ones, each a function that answers. */
  views?: StepUpViews;
}

/** A successful step-up. */
export interface SteppedUp<User = unknown> {
  readonly req: Request;
  readonly user: User;
  /** The address of a held login. Undefined if the login was not held. */
  readonly address: string | undefined;
}

export interface StepUpConfig {
  readonly origin: string;
  readonly reporterFor: StrategyPort['reporterFor'];
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly texts: (req: Request) => Texts;
  readonly heldAddress: StrategyPort['heldAddress'];
  readonly store: FactorStore;
  readonly factors: ReadonlyMap<string, Factor>;
  readonly user: StepUpOptions['user'];
  readonly path: string;
  readonly loginPath: string;
  readonly coolingOff: number;
  readonly maxAge: number;
  readonly recovery?: Recovery | undefined;
  readonly notify: Notify;
  readonly onStepUp: NonNullable<StepUpOptions['onStepUp']>;
  readonly withoutFactor?: StepUpOptions['withoutFactor'] | undefined;
  readonly successRedirect?: string | undefined;
  readonly pages: PageSet<StepUpPageData>;
}

const NAMES = namesOf<StepUpOptions>({
  store: true,
  factors: true,
  user: true,
  path: true,
  coolingOff: true,
  maxAge: true,
  recovery: true,
  notify: true,
  onStepUp: true,
  withoutFactor: true,
  successRedirect: true,
  loginPath: true,
  views: true,
});

const VIEW_NAMES = namesOf<Record<StepUpPageName, unknown>>({
  confirm: true,
  factors: true,
  enrol: true,
  enrolled: true,
  withoutFactor: true,
  refused: true,
  unavailable: true,
});

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The default of every option that has one. */
const defaultsOf = (port: StrategyPort) =>
  ({
    path: '/step-up',
    coolingOff: DAY,
    maxAge: MAX_AGE,
    notify: mailNotice(port),
    onStepUp: () => undefined,
    loginPath: port.loginPath,
    views: {},
  }) satisfies Partial<StepUpOptions>;

type CompleteOptions = StepUpOptions & Required<Pick<StepUpOptions, keyof ReturnType<typeof defaultsOf>>>;

/** The options as given, and the default of each that is absent or undefined. */
function withDefaults(options: StepUpOptions, port: StrategyPort): CompleteOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaultsOf(port), ...(Object.fromEntries(given) as unknown as StepUpOptions) };
}

/** @throws TypeError for a wrong, unknown, missing or misspelt option */
export function parseStepUp(options: StepUpOptions, port: StrategyPort): StepUpConfig {
  checkNames('StepUp', options, NAMES);
  const complete = withDefaults(options, port);
  check(complete, port.origin);
  const { views, ...config } = complete;
  const { origin, theme, clock, texts, reporterFor, heldAddress } = port;
  return Object.freeze({
    ...config,
    origin,
    clock,
    texts,
    reporterFor,
    heldAddress,
    factors: parseFactors(complete.factors),
    pages: new PageSet({ table: PAGES, views: { ...views }, theme, texts, style: STYLE }),
  });
}

function check(options: CompleteOptions, origin: string): void {
  const { store, user, path, coolingOff, maxAge, recovery, notify, onStepUp, withoutFactor } = options;
  const { loginPath, successRedirect, views } = options;
  need(isStore(store), 'store must keep factors: pass new RedisFactorStore(client), or a FactorStore of your own');
  need(isLoopback(origin) || !store.developmentOnly, `${origin} is not loopback: this factor store is for development`);
  need(isFunction(user), 'user must be a function of req.user that returns { id, name }, or undefined for nobody');
  wholeNumber('coolingOff', 'seconds', coolingOff, { min: HOUR, max: 30 * DAY });
  wholeNumber('maxAge', 'seconds', maxAge, { max: HOUR });
  checkRecovery(recovery);
  need(isFunction(notify), 'notify must be a function of a notice');
  need(isFunction(onStepUp), 'onStepUp must be a function of { req, user, address }');
  need(
    withoutFactor === undefined || isFunction(withoutFactor),
    'withoutFactor must be a function (req, res) that answers',
  );
  checkNames('views', views, VIEW_NAMES);
  for (const [page, view] of Object.entries(views)) need(isFunction(view), `views.${page} must be a function`);
  need(isPath(origin, path) && !path.endsWith('/'), 'path must be a path of the origin, such as /step-up');
  need(isPath(origin, loginPath), 'loginPath must be a path of the origin');
  need(
    successRedirect === undefined || isPath(origin, successRedirect),
    'successRedirect must be a path of the origin',
  );
}

/** Whether this is a path of the origin, whatever a browser makes of its characters. */
export const isPath = (origin: string, value: unknown): boolean =>
  typeof value === 'string' && value.startsWith('/') && parseReturnTo(origin, value) !== undefined;

function checkRecovery(recovery: Recovery | undefined): void {
  if (recovery === undefined) return;
  checkNames('recovery', recovery, namesOf<Recovery>({ delay: true, notify: true }));
  wholeNumber('recovery.delay', 'seconds', recovery.delay, { min: HOUR, max: 90 * DAY });
  need(isFunction(recovery.notify), 'recovery.notify must tell a second channel, and reject where it could not');
}

const isStore = (store: unknown): store is FactorStore =>
  typeof store === 'object' &&
  store !== null &&
  ['read', 'write'].every((method) => isFunction(Reflect.get(store, method)));
