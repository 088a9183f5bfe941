/** The step-up of one app: its factors, their routes, and the guards that ask for them. */
import type { Request, RequestHandler, Router } from 'express';
import type { LoginFacts } from '../session/session.js';
import { MagicLinkStrategy } from '../strategy/strategy.js';
import { need } from '../util/check.js';
import { secondsOf } from '../util/seconds.js';
import { warn } from '../util/warn.js';
import type { Overview, WaitingFactor } from './flows/overview.js';
import type { StepUpOptions } from './options.js';
import { requireIfHeld, requireStepUp, type StepUpDemand } from './require.js';
import { createRouter } from './routes/router.js';
import { createServices, type Services } from './services.js';
import { type CurrentContextOptions, currentContext, MAX_AGE } from './session/context.js';

/** @typeParam User what the strategy's `verify` returns */
export class StepUp<User = unknown> {
  readonly #services: Services;
  #guardsHeldLogins = false;

  /**
   * From now on a login that `assess` answers with `stepUp` is held, instead of denied.
   * @param strategy whose secret, origin, clock, languages, events and mail it shares
   * @throws TypeError for a wrong, unknown, missing or misspelt option; it names the right one
   */
  constructor(strategy: MagicLinkStrategy<User>, options: StepUpOptions<User>) {
    need(strategy instanceof MagicLinkStrategy, 'StepUp takes a MagicLinkStrategy first');
    this.#services = createServices(strategy.port, options as StepUpOptions);
    strategy.port.acceptHeldLogins();
    strategy.port.events.on('login.held', () => this.#warnIfUnguarded());
  }

  /**
   * The pages and routes to confirm, enrol and remove factors. Mount them at the option `path`, after express-session and
   * `passport.session()`: `app.use('/step-up', stepUp.router())`. They bring their own body parsers. HTML to browsers, JSON
   * to `Accept: application/json`.
   */
  router(): Router {
    return createRouter(this.#services);
  }

  /**
   * Guards a route, or with `app.use` all routes after it; put it after the routes of login and step-up. A login by another
   * strategy counts as no login. A held login is refused at every level until a second factor is used in it.
   *
   * JSON gets 401 `step_up_required` with the challenge of RFC 9470, or 401 `login_required`. A browser goes to the step-up
   * page and comes back by GET: an unsafe request is not repeated.
   * @throws TypeError for a wrong option, and for a factor that this step-up does not have
   */
  require(demand: StepUpDemand = {}): RequestHandler {
    return requireStepUp(this.#services, demand);
  }

  /**
   * Refuses held logins, as `require()` does, and passes every other request, also without a login.
   * For the rest of an app: `app.use(stepUp.requireIfHeld())`, after the routes of login, step-up and logout.
   */
  requireIfHeld(): RequestHandler {
    this.#guardsHeldLogins = true;
    return requireIfHeld(this.#services);
  }

  /** Once: without the guard, a held login passes every route that has no `require()`. */
  #warnIfUnguarded(): void {
    if (this.#guardsHeldLogins) return;
    this.#guardsHeldLogins = true;
    warn('PBL_HELD_UNGUARDED', 'a login is held, and requireIfHeld() is not in use: app.use(stepUp.requireIfHeld())');
  }

  /**
   * How far this session is trusted now: by its step-up and its login while the step-up is younger than `maxAge`, after that
   * by its login alone. Undefined if nobody is logged in by a link, and for a held login.
   */
  currentContext(req: Request, { maxAge = MAX_AGE }: CurrentContextOptions = {}): LoginFacts | undefined {
    return currentContext(req, maxAge, secondsOf(this.#services.config.clock));
  }

  /**
   * The factors that this user has enrolled, and those that wait.
   * @throws UnavailableError when the store does not answer
   */
  overview(userId: string): Promise<Overview> {
    return this.#services.overview(userId);
  }

  /**
   * The factors that wait. Show them at each login: one that the person does not know was enrolled by a stranger.
   * @throws UnavailableError when the store does not answer
   */
  async waiting(userId: string): Promise<readonly WaitingFactor[]> {
    return (await this.overview(userId)).waiting;
  }

  /**
   * Moves a user's factors to the current secret. Call it for all users before you remove an old secret: without that secret
   * the factors that it sealed cannot be opened. Resolves with false if the user has none.
   * @throws UnavailableError when the store does not answer
   */
  reseal(userId: string): Promise<boolean> {
    return this.#services.records.reseal(userId);
  }

  /**
   * Ends all factors of a user. Call it when you delete the user.
   * @throws UnavailableError when the store does not answer
   */
  forget(userId: string): Promise<void> {
    return this.#services.records.forget(userId);
  }
}
