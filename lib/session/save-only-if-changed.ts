/** Avoids the second save of a renewed session, which express-session makes when the answer ends. */
import type { Session, SessionCallback } from './session.js';

/**
 * From now on, saving writes the session only if its contents have changed since the last save, for example by the app.
 */
export function saveOnlyIfChanged(session: Session): void {
  let contents = contentsOf(session);
  const { save } = session;
  Object.defineProperty(session, 'save', {
    value(this: Session, callback: SessionCallback = () => {}) {
      const now = contentsOf(this);
      if (now === contents) {
        callback();
        return this;
      }
      contents = now;
      return save.call(this, (error) => {
        // A failed save must be repeated.
        if (error) contents = '';
        callback(error);
      });
    },
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

/** Includes the cookie's lifetime in whole seconds, but not its expiry time, which moves as time passes. */
function contentsOf({ cookie, ...data }: Session): string {
  const { originalMaxAge, data: attributes } = cookie;
  const lifetime = originalMaxAge === null ? null : Math.round(originalMaxAge / 1000);
  return JSON.stringify([data, { ...attributes, expires: undefined, originalMaxAge: lifetime }]);
}
