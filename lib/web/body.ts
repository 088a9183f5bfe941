/** Reads one field of a parsed request body. */
import type { Request } from 'express';
import { misuse } from '../errors.js';

/**
 * The value of the body's own property, or undefined. The caller must check its type, because parsers make arrays and
 * objects of what a client sends.
 * @throws TypeError if a form or JSON body was not parsed
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

/** The same if it is a text, else undefined. */
export function textField(req: Request, name: string): string | undefined {
  const value = bodyField(req, name);
  return typeof value === 'string' ? value : undefined;
}
