/** A browser as far as HTTP shows one: a supertest agent, which keeps the cookies and follows no redirect. */
import type { IncomingHttpHeaders } from 'node:http';
import { agent as newAgent, type Response } from 'supertest';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The Set-Cookie headers, none as []. */
  readonly setCookies: string[];
  json<T = Record<string, unknown>>(): T;
}

export interface RequestOptions {
  method?: string;
  headers?: Record<string, string>;
  form?: Record<string, string> | URLSearchParams | string;
  json?: unknown;
  /** Sent as it is, with no Content-Type but one of `headers`. */
  body?: string | Buffer;
}

export const JSON_HEADERS = { accept: 'application/json' };

/** A body that is called JSON, whether it is any or not. */
export const rawJson = (body: string | Buffer, headers: Record<string, string> = {}): RequestOptions => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', ...headers },
});

export class Browser {
  readonly #agent;

  constructor(readonly origin: string) {
    // Every request names its whole URL.
    this.#agent = newAgent('')
      .accept('text/html')
      .buffer(true)
      .parse(readText)
      .serialize((body: unknown) => body as string);
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { headers });
  }

  /** Asks for JSON. */
  getJson(path: string): Promise<Answer> {
    return this.get(path, JSON_HEADERS);
  }

  post(path: string, form: RequestOptions['form'] = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { method: 'POST', form, headers });
  }

  /** Sends JSON and asks for it. */
  postJson(path: string, json: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { method: 'POST', json, headers: { ...JSON_HEADERS, ...headers } });
  }

  /** `path` may be a whole URL; as everywhere, cookies go to all ports of a host. */
  async send(path: string, { method = 'GET', headers = {}, form, json, body }: RequestOptions = {}): Promise<Answer> {
    const request = this.#agent[method.toLowerCase() as 'get'](new URL(path, this.origin).href);
    if (form !== undefined) request.type('form').send(typeof form === 'string' ? form : `${new URLSearchParams(form)}`);
    if (json !== undefined) request.type('json').send(JSON.stringify(json));
    // A string would be taken for a form.
    if (body !== undefined) request.send(Buffer.from(body) as unknown as string);
    const response = await request.set(headers);
    // Secure cookies go over http to this machine, as browsers do it, and to what stands behind a proxy's TLS.
    for (const cookie of this.#cookies) cookie.secure = false;
    const text = response.text ?? '';
    return {
      status: response.status,
      headers: response.headers,
      text,
      setCookies: (response.headers as IncomingHttpHeaders)['set-cookie'] ?? [],
      json: <T>() => JSON.parse(text) as T,
    };
  }

  /** What the jar holds now. */
  get cookies(): ReadonlyMap<string, string> {
    return new Map(this.#cookies.map(({ name, value }) => [name, value]));
  }

  get cookieHeader(): string {
    return this.#cookies.toValueString();
  }

  setCookie(name: string, value: string): void {
    this.#agent.jar.setCookie(`${name}=${value}; Path=/`, this.#site, '/');
  }

  dropCookie(name: string): void {
    this.#agent.jar.setCookie(`${name}=; Path=/; Expires=${new Date(0).toUTCString()}`, this.#site, '/');
  }

  /** A second jar with the same cookies, for the same origin or another. */
  copy(origin = this.origin): Browser {
    const copy = new Browser(origin);
    for (const [name, value] of this.cookies) copy.setCookie(name, value);
    return copy;
  }

  get #cookies() {
    return this.#agent.jar.getCookies({ domain: this.#site, path: '/', secure: true, script: false });
  }

  get #site(): string {
    return new URL(this.origin).hostname;
  }
}

/** Any body is text here, whatever it calls itself: a test reads its bytes, and parses what it expects to be JSON. */
function readText(response: Response, done: (error: Error | null, body: unknown) => void): void {
  response.text = '';
  response.setEncoding('utf8');
  response.on('data', (part: string) => {
    response.text += part;
  });
  response.on('end', () => done(null, undefined));
}
