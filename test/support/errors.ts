/** What our errors and warnings say: the message, and where docs/errors.md explains it. */

export const documented = (message: string, heading: string): string =>
  `${message} (see passport-bound-link/docs/errors.md#${heading})`;

/** A TypeError of ours. */
export const misuse = (message: string): TypeError => new TypeError(documented(message, 'TypeError'));
