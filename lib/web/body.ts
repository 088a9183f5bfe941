/** One field of a request's body, whoever parsed it. */

import type { Request } from 'express';
import { misuse } from '../errors.js';

/**
 * Undefined without a body, and for a field that is not the body's own. The caller checks the type:
 * parsers make arrays and objects of what a client sends.
 * @throws TypeError when a form or JSON came and nothing has parsed it
 */
export function bodyField(req: Request, name: string): unknown {
  const body: unknown = req.body;
  if (typeof body === 'object' && body !== null) return Object.hasOwn(body, name) ? Reflect.get(body, name) : undefined;
  if (body === undefined && req.is(['urlencoded', 'json'])) {
    throw misuse(
      `nothing has parsed the ${req.is('json') ? 'JSON' : 'form'} body: put ` +
        `${req.is('json') ? 'express.json()' : 'express.urlencoded({ extended: false })'} before the magic link`,
    );
  }
  return undefined;
}
