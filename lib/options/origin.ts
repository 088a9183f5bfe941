/** Where the app lives: its origin, and the path of the callback at it. */
import { need } from '../util/check.js';

/** @throws TypeError for anything but an https origin, or an http one on loopback */
export function parseOrigin(origin: unknown): string {
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : undefined;
  need(url && url.origin === origin, 'origin must be scheme, host and port alone, such as https://app.example.com');
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.origin));
  need(secure, 'origin must be https, except on loopback: anybody on the way can read a link sent over http');
  return origin as string;
}

/** Whether only this machine can reach the origin. It then counts as development; any other origin is production. */
export function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin);
  return /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** @throws TypeError for anything but a path in the spelling that browsers use */
export function parseCallbackPath(path: unknown, origin: string): string {
  const canonical =
    typeof path === 'string' && URL.canParse(path, origin) && new URL(path, origin).href === origin + path;
  need(canonical && !/[?#]/.test(path), 'callbackPath must be a path such as /login/callback');
  return path as string;
}
