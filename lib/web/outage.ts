/** Answers outages, and warns the developer of what did not answer: the person's answer does not say it. */
import type { ErrorRequestHandler, Request, Response } from 'express';
import { isStorePart, MagicLinkError, UnavailableError } from '../errors.js';
import { warn } from '../util/warn.js';

/** Different warnings of one router. A cause that is worded anew each time must not fill the log. */
const MAX_WARNINGS = 20;

/** Leaves other errors, and errors after the answer, to the app's error handlers. Warns of each cause once. */
export function answerOutage(
  answer: (req: Request, res: Response, error: UnavailableError) => Promise<unknown>,
): ErrorRequestHandler {
  const warned = new Set<string>();
  return (error: unknown, req, res, next) => {
    if (res.headersSent || !(error instanceof UnavailableError)) return next(error);
    const text = `the ${error.part} is unavailable: ${describe(error)}`;
    if (!warned.has(text) && warned.size < MAX_WARNINGS) {
      warned.add(text);
      warn('PBL_UNAVAILABLE', text);
    }
    answer(req, res, error).catch(next);
  };
}

/**
 * Of a store only the kind of the fault, because a Redis client's error can hold the command that failed. What the app's
 * own code threw is the developer's to read.
 */
function describe({ part, cause }: UnavailableError): string {
  if (cause instanceof MagicLinkError) return cause.code;
  if (!(cause instanceof Error)) return 'no reason given';
  if (!isStorePart(part)) return `${cause.name}: ${cause.message}`;
  const [reply] = /^[A-Z]+\b/.exec(cause.message) ?? [];
  const { code } = cause as { code?: unknown };
  return reply ?? (typeof code === 'string' ? code : cause.name);
}
