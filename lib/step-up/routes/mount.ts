/** Warns if the router is mounted where its own links do not lead. */
import type { RequestHandler } from 'express';
import { warn } from '../../util/warn.js';

/**
 * Warns once.
 * @param path where the links lead: the option `path`
 */
export function checkMount(path: string): RequestHandler {
  let hasWarned = false;
  return ({ baseUrl }, _res, next) => {
    if (!hasWarned && !leadsTo(path, baseUrl)) {
      hasWarned = true;
      warn('PBL_MOUNT', `stepUp.router() is mounted at ${baseUrl}, and its links lead to ${path}: set the option path`);
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
