/** Spares a renewed session the second save that express-session makes as the answer ends. */
import type { Session, SessionCallback } from './session.js';

/** From now on the session is saved where its contents differ from now, as when the app changed it. */
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
        // What was not kept must be saved again.
        if (error) contents = '';
        callback(error);
      });
    },
    configurable: true,
    enumerable: false,
    writable: true,
  });
}

/** Of the cookie its lifetime in whole seconds, not its end, which moves as time passes. */
function contentsOf({ cookie, ...data }: Session): string {
  const { originalMaxAge, data: attributes } = cookie;
  const lifetime = originalMaxAge === null ? null : Math.round(originalMaxAge / 1000);
  return JSON.stringify([data, { ...attributes, expires: undefined, originalMaxAge: lifetime }]);
}
