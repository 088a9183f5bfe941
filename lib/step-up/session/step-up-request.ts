/** A request of somebody who is logged in by a link: made once, and handed to everything that deals with it. */
import type { Request, Response } from 'express';
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

  constructor({
    req,
    res,
    person,
    assurance,
    texts,
  }: Pick<StepUpRequest, 'req' | 'res' | 'person' | 'assurance' | 'texts'>) {
    this.req = req;
    this.res = res;
    this.person = person;
    this.assurance = assurance;
    this.texts = texts;
  }

  /** @throws UnavailableError while the session store is disconnected */
  get session(): Session {
    return sessionOf(this.req, true);
  }
}
