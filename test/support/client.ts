/** A browser as far as HTTP shows one: a cookie jar, and requests that say exactly what they are told to. */
import { type IncomingHttpHeaders, request } from 'node:http';

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
  body?: string | Buffer;
}

export const JSON_HEADERS = { accept: 'application/json' };

/** A body that is called JSON, whether it is any or not. */
export const rawJson = (body: string | Buffer, headers: Record<string, string> = {}): RequestOptions => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/json', ...headers },
});

export class Client {
  readonly cookies = new Map<string, string>();

  constructor(readonly origin: string) {}

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

  /** Never follows a redirect. `path` may be a whole URL. */
  send(path: string, { method = 'GET', headers = {}, form, json, body }: RequestOptions = {}): Promise<Answer> {
    const url = new URL(path, this.origin);
    const payload =
      form !== undefined
        ? String(typeof form === 'string' ? form : new URLSearchParams(form))
        : json !== undefined
          ? JSON.stringify(json)
          : body;
    const type =
      form !== undefined ? 'application/x-www-form-urlencoded' : json !== undefined ? 'application/json' : undefined;
    return new Promise((resolve, reject) => {
      const sent = request(url, {
        method,
        agent: false,
        headers: {
          accept: 'text/html',
          ...(type && { 'content-type': type }),
          ...(payload !== undefined && { 'content-length': String(Buffer.byteLength(payload)) }),
          ...(this.cookies.size > 0 && { cookie: this.cookieHeader }),
          ...headers,
        },
      });
      sent.once('error', reject);
      sent.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const setCookies = response.headers['set-cookie'] ?? [];
          for (const cookie of setCookies) this.keep(cookie);
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            setCookies,
            json: <T>() => JSON.parse(text) as T,
          });
        });
      });
      sent.end(payload);
    });
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** A second jar with the same cookies. */
  copy(): Client {
    const copy = new Client(this.origin);
    for (const [name, value] of this.cookies) copy.cookies.set(name, value);
    return copy;
  }

  private keep(cookie: string): void {
    const [pair = ''] = cookie.split(';');
    const at = pair.indexOf('=');
    this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}
