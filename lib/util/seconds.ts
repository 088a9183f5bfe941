/** The time in epoch seconds, from a clock in milliseconds. */

/** @param clock epoch milliseconds */
export const secondsOf = (clock: () => number): number => Math.floor(clock() / 1000);
