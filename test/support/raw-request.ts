/** A request as bytes, where supertest would not send it so: a forged Host, headers of any name, a target that no URL has. */
import { once } from 'node:events';
import { connect } from 'node:net';

/** Writes these lines and this body to the server, and resolves with all that comes back. */
export async function sendRaw(origin: string, lines: readonly string[], body = ''): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(
    `${[...lines, 'Connection: close', `Content-Length: ${Buffer.byteLength(body)}`].join('\r\n')}\r\n\r\n${body}`,
  );
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}
