/** A TCP gate before a server: shut, whoever comes through it is disconnected and nobody new gets in. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './ports.js';

export class Gate {
  readonly #server = createServer((socket) => this.#pass(socket));
  readonly #sockets = new Set<Socket>();
  #losing: 'commands' | 'answers' | undefined;

  private constructor(
    readonly port: number,
    readonly behind: number,
  ) {}

  /** Open, on a port of its own. */
  static async before({ port }: { port: number }): Promise<Gate> {
    const gate = new Gate(await freePort(), port);
    await gate.open();
    return gate;
  }

  async open(): Promise<void> {
    this.#losing = undefined;
    await once(this.#server.listen(this.port, '127.0.0.1'), 'listening');
  }

  /** Connections stay, and whatever comes from this side is dropped until the gate is opened again. */
  lose(what: 'commands' | 'answers'): void {
    this.#losing = what;
  }

  shut(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(outside: Socket): void {
    const inside = connect(this.behind, '127.0.0.1');
    outside.on('data', (bytes) => void (this.#losing === 'commands' || inside.write(bytes)));
    inside.on('data', (bytes) => void (this.#losing === 'answers' || outside.write(bytes)));
    for (const [socket, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
