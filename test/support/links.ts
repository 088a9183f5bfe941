/** Links as a store sees them, and their keys in Redis. */
import { randomBytes } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import type { LinkStore, NewLink, Presented, PresentedCode } from '../../lib/index.js';

export type Link = NewLink & Presented & PresentedCode;

export const newLink = (overrides: Partial<Link> = {}): Link => ({
  account: name(),
  recordId: name(),
  digest: secret(),
  codeDigest: secret(),
  binding: secret(),
  sealed: secret(),
  ttlMs: 600_000,
  ...overrides,
});

/** A new link that the store has taken. */
export async function issued(store: Pick<LinkStore, 'issue'>, overrides?: Partial<Link>): Promise<Link> {
  const link = newLink(overrides);
  if ((await store.issue(link)) === 'limited') throw new Error('the link was limited');
  return link;
}

/** Changes what a link's record holds, past the store; undefined takes a field out. */
export async function editRecord(admin: Redis | Cluster, link: Presented, fields: Record<string, unknown>) {
  const record: object = JSON.parse((await admin.get(linkKey(link))) ?? '');
  await admin.set(linkKey(link), JSON.stringify({ ...record, ...fields }), 'KEEPTTL');
}

/** A link's keys, as lib/store/scripts.ts lays them out. */
export const linkKey = ({ account, recordId }: Presented, prefix = 'pbl:') => `${prefix}{${account}}:${recordId}`;
export const liveKey = ({ account }: Pick<Presented, 'account'>, prefix = 'pbl:') => `${prefix}{${account}}`;
/** The account's wrong codes of a day. */
export const wrongKey = (link: Pick<Presented, 'account'>, prefix?: string) => `${liveKey(link, prefix)}/wrong`;

const name = () => randomBytes(16).toString('base64url');
const secret = () => randomBytes(32).toString('base64url');
