/** The evidence of a request that its events contain. */
import type { Request } from 'express';
import type { EventDetails, Events, Reporter } from '../events/events.js';
import { networkTag } from '../limits/network-tag.js';
import type { Config } from '../options/options.js';
import { random } from '../protocol/crypto.js';
import { browserFamily } from '../web/browser-family.js';

/** Returns a function that gives each request one reporter for all its events. */
export function requestEvents(config: Config, events: Events): (req: Request) => Reporter {
  const reporters = new WeakMap<Request, Reporter>();
  return (req) => {
    const reporter = reporters.get(req) ?? events.from(() => evidenceOf(config, req));
    reporters.set(req, reporter);
    return reporter;
  };
}

/** 72 random bits in the alphabet of base64url. */
export const shortId = (): string => random(9).toString('base64url');

function evidenceOf({ keyring }: Config, req: Request): EventDetails {
  const { browser, system } = browserFamily(req.headers['user-agent']);
  const family = [browser, system].filter((word) => word !== undefined).join(' on ');
  const { id } = req as { id?: unknown };
  return {
    request: typeof id === 'string' || typeof id === 'number' ? String(id) : shortId(),
    network: networkTag(keyring.current.limits, req.ip),
    ...(family !== '' && { browser: family }),
  };
}
