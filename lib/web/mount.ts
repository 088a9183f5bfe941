/** Warns if a router is mounted where its own links do not lead. */
import type { RequestHandler } from 'express';
import { warn } from '../util/warn.js';

/** What a router's links lead to, and which option says so. */
export interface Mount {
  /** Such as `stepUp.router()`. */
  readonly router: string;
  readonly path: string;
  readonly option: string;
}

/** Warns once. */
export function checkMount({ router, path, option }: Mount): RequestHandler {
  let hasWarned = false;
  return ({ baseUrl }, _res, next) => {
    if (!hasWarned && !leadsTo(path, baseUrl)) {
      hasWarned = true;
      warn('PBL_MOUNT', `${router} is mounted at ${baseUrl}, and its links lead to ${path}: set the option ${option}`);
    }
    next();
  };
}

/** One may be longer: a proxy in front of the app can remove the beginning of a path, or add one. */
function leadsTo(path: string, baseUrl: string): boolean {
  // Express takes a mount path in any case, and gives it as the client wrote it.
  const [link, mount] = [path.toLowerCase(), baseUrl.toLowerCase()];
  return link.endsWith(mount) || mount.endsWith(link);
}
