/** A request to the step-up by a person who is logged in by a link; made once for each request. */
import type { Request, Response } from 'express';
import type { Reporter } from '../../events/events.js';
import { type Session, sessionOf } from '../../session/session.js';
import type { Texts } from '../../texts/texts.js';
import type { Person } from '../factors/factor.js';
import type { Assurance } from './assurance.js';

export class StepUpRequest {
  readonly req: Request;
  readonly res: Response;
  readonly person: Person;
  readonly assurance: Assurance;
  /** The texts in the person's language. */
  readonly texts: Texts;
  /** Every event of this request carries the same evidence of it. */
  readonly events: Reporter;

  constructor({
    req,
    res,
    person,
    assurance,
    texts,
    events,
  }: Pick<StepUpRequest, 'req' | 'res' | 'person' | 'assurance' | 'texts' | 'events'>) {
    this.req = req;
    this.res = res;
    this.person = person;
    this.assurance = assurance;
    this.texts = texts;
    this.events = events;
  }

  /** @throws UnavailableError while the session store is disconnected */
  get session(): Session {
    return sessionOf(this.req, true);
  }
}
