/** The example behind a proxy that keeps what browsers send and get, and can hold it back. */
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Example, startExample } from './example.js';

/** One request, and what the example answered. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  status?: number;
  setCookies?: string[];
}

type Match = (exchange: Exchange) => boolean;

export interface Front {
  /** What links have, and browsers see. */
  readonly origin: string;
  readonly exchanges: Exchange[];
  mailTo: Example['mailTo'];
  /** A page of our own site, beside the example's; says where it is. */
  show(html: string): string;
  /** Resolves with the first exchange like this, as soon as the example has answered it. */
  answered(match: Match): Promise<Exchange>;
  /** Holds requests like this until `count` of them are there. */
  gather(count: number, match: Match): void;
  /** The example's next answer to a request like this never arrives: it is held until the browser gives up. */
  loseAnswer(match: Match): void;
  stop(): Promise<void>;
}

export const isCallback: Match = ({ url }) => url.startsWith('/login/callback');

const OWN_PAGE = '/own-page';

export async function startFront(env: Record<string, string> = {}): Promise<Front> {
  let ownPage = '';
  let target = '';
  let gathering: { count: number; match: Match; held: (() => void)[] } | undefined;
  let losing: Match | undefined;
  const exchanges: Exchange[] = [];
  const answers = new EventEmitter().setMaxListeners(50);

  const server = createServer((req, res) => {
    if (req.url === OWN_PAGE) return void res.setHeader('content-type', 'text/html').end(ownPage);
    const { method = '', url = '', headers } = req;
    const exchange: Exchange = { method, url, headers };
    exchanges.push(exchange);
    if (!gathering?.match(exchange)) return forward(req, res, exchange);
    gathering.held.push(() => forward(req, res, exchange));
    if (gathering.held.length < gathering.count) return;
    const { held } = gathering;
    gathering = undefined;
    for (const release of held) release();
  });

  function forward(req: IncomingMessage, res: ServerResponse, exchange: Exchange): void {
    const { method, url, headers } = exchange;
    const upstream = request(new URL(url, target), { method, headers, agent: false }, (answer) => {
      exchange.status = answer.statusCode ?? 0;
      exchange.setCookies = answer.headers['set-cookie'] ?? [];
      answers.emit('answer', exchange);
      if (losing?.(exchange)) {
        losing = undefined;
        return;
      }
      res.writeHead(exchange.status, answer.headers);
      answer.pipe(res);
    });
    // A browser that gives up, or an example that ends, is part of the tests.
    upstream.once('error', () => res.destroy());
    req.pipe(upstream);
  }

  // Dual stack, as `localhost` is.
  await once(server.listen(0), 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const example = await startExample({ ORIGIN: origin, ...env });
  target = example.origin;

  return {
    origin,
    exchanges,
    mailTo: example.mailTo,
    show(html) {
      ownPage = html;
      return `${origin}${OWN_PAGE}`;
    },
    async answered(match) {
      for (;;) {
        const found = exchanges.find((exchange) => exchange.status !== undefined && match(exchange));
        if (found) return found;
        await once(answers, 'answer');
      }
    },
    gather(count, match) {
      gathering = { count, match, held: [] };
    },
    loseAnswer(match) {
      losing = match;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await example.stop();
    },
  };
}
