// Counts what a process writes to its sockets: to Redis, and to the browsers. One write here is one system call.
import { subscribe } from 'node:diagnostics_channel';

/**
 * A round trip is what is written to Redis before something comes back; commands that leave together share one.
 * @typedef {{ redisTrips: number, redisWrites: number, browserWrites: number }} Counts
 */

/** @param {number} redisPort */
export function countSockets(redisPort) {
  /** @type {Counts} */
  let counts = { redisTrips: 0, redisWrites: 0, browserWrites: 0 };
  let waiting = false;

  subscribe('net.client.socket', (message) => {
    const { socket } = /** @type {{ socket: import('node:net').Socket }} */ (message);
    const watch = () => {
      if (socket.remotePort !== redisPort) return;
      onWrite(socket, () => {
        counts.redisWrites++;
        if (!waiting) counts.redisTrips++;
        waiting = true;
      });
      socket.on('data', () => {
        waiting = false;
      });
    };
    socket.once('connect', watch);
  });
  subscribe('net.server.socket', (message) => {
    onWrite(/** @type {{ socket: import('node:net').Socket }} */ (message).socket, () => counts.browserWrites++);
  });

  return {
    take() {
      const taken = counts;
      counts = { redisTrips: 0, redisWrites: 0, browserWrites: 0 };
      return taken;
    },
  };
}

/** What is written while another write is on its way goes out as one, by `_writev`. @param {import('node:net').Socket} socket @param {() => void} told */
function onWrite(socket, told) {
  for (const method of /** @type {const} */ (['_write', '_writev'])) {
    const original = /** @type {(...args: unknown[]) => void} */ (socket[method]);
    Object.assign(socket, {
      [method](/** @type {unknown[]} */ ...args) {
        told();
        return original.apply(socket, args);
      },
    });
  }
}
