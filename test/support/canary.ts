/** A watch over secrets: what was issued, what was seen and where, and which of the two should never have met. */
import { createHash, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import session from 'express-session';
import { onTestFinished, vi } from 'vitest';
import { type Answer, Browser, type RequestOptions } from './browser.js';

/** `notMe`: the token of a mail's "this was not me". `key`: what the app's links or sessions are signed with. */
export type Kind = 'token' | 'code' | 'notMe' | 'nonce' | 'session' | 'address' | 'key';

/** All secrets of a kind, or one address: who typed it may be shown it again. */
type Allowed = Kind | `${string}@${string}`;

interface Sighting {
  readonly place: string;
  readonly text: string;
  readonly allowed: readonly Allowed[];
}

export class Canary {
  readonly #issued = new Map<string, Kind>();
  readonly #sightings: Sighting[] = [];

  issued(kind: Kind, secret: string): void {
    this.#issued.set(secret, kind);
  }

  /** A new address whose local part is nowhere by chance, and short enough to be found in 16 bytes. */
  address(tag = ''): string {
    const address = `can${randomBytes(5).toString('hex')}${tag}@example.com`;
    this.issued('address', address);
    return address;
  }

  /** Whatever a log, a debugger or an error tracker could make of this value. */
  saw(place: string, value: unknown, allowed: readonly Allowed[] = []): void {
    for (const text of renderings(value)) this.#sightings.push({ place, text, allowed });
  }

  /** A session as its store was given it. The app's own user is in it, by Passport. */
  sawSession(id: string, json: string): void {
    const data = JSON.parse(json);
    this.issued('session', id);
    const { nonce } = data['passport-bound-link']?.binding ?? {};
    if (nonce) this.issued('nonce', nonce);
    delete data.passport?.user;
    this.saw("the session store's key", id, ['session']);
    this.saw("the session store's data", JSON.stringify(data), ['nonce']);
  }

  /** `kind in place`, for each secret that was where it must not be. */
  leaks(): string[] {
    return this.#meetings((isAllowed) => !isAllowed);
  }

  /** `kind in place`, for each that was where it may be: a watch that sees nothing there is blind. */
  allowed(): string[] {
    return this.#meetings((isAllowed) => isAllowed);
  }

  count(kind: Kind): number {
    return [...this.#issued.values()].filter((other) => other === kind).length;
  }

  #meetings(counts: (isAllowed: boolean) => boolean): string[] {
    const found = new Set<string>();
    const needles = [...this.#issued].flatMap(([secret, kind]) =>
      formsOf(kind, secret).map((form) => ({ kind, secret, form })),
    );
    for (const sighting of this.#sightings) {
      const text = `${sighting.text}\n${sighting.text.toLowerCase()}`;
      for (const { kind, secret, form } of needles) {
        const isAllowed = sighting.allowed.some((one) => one === kind || one === secret);
        if (counts(isAllowed) && text.includes(form)) found.add(`${kind} in ${sighting.place}`);
      }
    }
    return [...found].sort();
  }
}

/** Pages that fill in what this browser itself has typed, where the link or the waiting is its own. */
const FILLED_IN = [
  'GET /login/sent 200',
  'POST /login/code 401',
  'GET /login/callback 401',
  'POST /login/callback 401',
];

/** A browser whose every answer is watched. */
export class WatchedBrowser extends Browser {
  #typed: `${string}@${string}`[] = [];

  constructor(
    origin: string,
    private readonly canary: Canary,
    /** Paths whose pages are the person's own. */
    private readonly ownPages: readonly string[] = [],
  ) {
    super(origin);
  }

  override async send(path: string, options: RequestOptions = {}) {
    const { method = 'GET', form, json } = options;
    const { email } = Object(form ?? json) as { email?: unknown };
    if (isAddress(email)) this.#typed.push(email);
    const answer = await super.send(path, options);
    const { pathname } = new URL(path, this.origin);
    const session = decodeURIComponent(this.cookies.get('sid') ?? '').match(/^s:([^.]+)\./)?.[1];
    if (session) this.canary.issued('session', session);

    const at = `${method} ${pathname}`;
    for (const [name, value] of Object.entries(answer.headers)) {
      this.canary.saw(`the header ${name} of ${at}`, String(value), name === 'set-cookie' ? ['session'] : []);
    }
    this.canary.saw(`the body of ${at}`, answer.text, this.#allowedIn(at, pathname, answer));
    return answer;
  }

  #allowedIn(at: string, pathname: string, { status, headers, text }: Answer): Allowed[] {
    const allowed: Allowed[] = [];
    // Landing, confirm and hop: the one button, or the way on, needs the token.
    if (at === 'GET /login/callback' && status === 200) allowed.push('token');
    if (at === 'GET /login/not-me' && status === 200) allowed.push('notMe');
    const code = at === 'POST /login/callback' ? text.match(SHOWN_CODE)?.[1] : undefined;
    if (code) {
      this.canary.issued('code', code);
      allowed.push('code');
    }
    // What was typed is shown again with what is wrong about it.
    const formAgain = at === 'POST /login' && [400, 429].includes(status);
    if (formAgain || this.ownPages.includes(pathname)) allowed.push('address');
    const isPage = headers['content-type']?.startsWith('text/html');
    if (isPage && FILLED_IN.includes(`${at} ${status}`)) allowed.push(...this.#typed);
    return allowed;
  }
}

const isAddress = (value: unknown): value is `${string}@${string}` => typeof value === 'string' && value.includes('@');

/** As another browser is shown it, in JSON and on the page. */
const SHOWN_CODE = /^(?:\{"error":"wrong_browser","code":"|.*<p class="code">)([0-9A-Z]{4}-[0-9A-Z]{4})["<]/s;

/** express-session's store in memory; the watch sees whatever it was ever given. */
export class WatchedSessions extends session.MemoryStore {
  constructor(private readonly canary: Canary) {
    super();
  }

  override set(id: string, data: session.SessionData, callback?: (error?: unknown) => void): void {
    this.canary.sawSession(id, JSON.stringify(data));
    super.set(id, data, callback);
  }
}

/** What this process prints and warns of, until the test ends. */
export function watchProcess(canary: Canary): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = process[name];
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    const spy = vi.spyOn(stream, 'write').mockImplementation((...args: unknown[]) => {
      canary.saw(name, String(args[0]));
      return write(...args);
    });
    onTestFinished(() => spy.mockRestore());
  }
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    const spy = vi.spyOn(console, name).mockImplementation((...args) => canary.saw(`console.${name}`, args));
    onTestFinished(() => spy.mockRestore());
  }
  const warned = (warning: Error) => canary.saw('a warning', warning);
  process.on('warning', warned);
  onTestFinished(() => void process.off('warning', warned));
}

function renderings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  const whole = { depth: Number.POSITIVE_INFINITY, showHidden: true, maxArrayLength: null, maxStringLength: null };
  return [inspect(value), inspect(value, whole), asJson(value), ...(value instanceof Error ? chain(value) : [])];
}

function chain(error: Error): string[] {
  const { message, stack = '', cause } = error;
  return [message, stack, ...(cause instanceof Error ? chain(cause) : [])];
}

function asJson(value: unknown): string {
  const seen = new WeakSet<object>();
  const once = (_key: string, part: unknown) => {
    if (typeof part !== 'object' || part === null) return part;
    if (seen.has(part)) return undefined;
    seen.add(part);
    return part;
  };
  return JSON.stringify(value, once) ?? '';
}

/** Where the secret bytes lie in the 84 that follow a token's `pbl_`. */
const TOKEN_SECRET = [42, 74] as const;
/** And in the 54 after a `pbn_` what nobody can make without the key: the rest names a link. */
const NOT_ME_MAC = [42, 54] as const;

/** Every spelling in which a secret, or what makes it one, could be seen. */
export function formsOf(kind: Kind, secret: string): string[] {
  if (kind === 'address') {
    const [local = ''] = secret.split(/[+@]/);
    return [local, ...bytesOf(Buffer.from(local)), ...digestsOf(Buffer.from(secret))];
  }
  const text = Buffer.from(secret);
  if (kind === 'key') return [secret, ...bytesOf(text)];
  if (kind === 'code') return [secret, secret.replace('-', '')].flatMap(spellingsOf);
  const body = secret.replace(/^pb[ln]_/, '');
  const bytes = Buffer.from(body, 'base64url');
  const raw =
    kind === 'token' ? bytes.subarray(...TOKEN_SECRET) : kind === 'notMe' ? bytes.subarray(...NOT_ME_MAC) : bytes;
  return [body, ...bytesOf(text), ...bytesOf(raw), ...digestsOf(text), ...digestsOf(raw)];
}

/** A code is forgiven its case. */
const spellingsOf = (code: string) =>
  [code, code.toLowerCase()].flatMap((text) => [text, ...bytesOf(Buffer.from(text)), ...digestsOf(Buffer.from(text))]);

function bytesOf(bytes: Buffer): string[] {
  const hex = bytes.toString('hex');
  // As Node shows a Buffer, which it cuts off after some bytes, and as JSON does.
  const shown = bytes.subarray(0, 8);
  return [hex, (shown.toString('hex').match(/../g) ?? []).join(' '), shown.join(','), ...base64Of(bytes)];
}

/** In base64 of whatever these bytes are in the middle of: three alignments, without the characters that neighbours share. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const own = encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Without a key, a digest can be searched for: an address is soon guessed. */
const digestsOf = (bytes: Buffer) =>
  (['hex', 'base64', 'base64url'] as const).map((form) => createHash('sha256').update(bytes).digest(form));
