/** A keyed digest that stands for a network in events: the same for all of its requests. */
import type { KeyObject } from 'node:crypto';
import { hmac } from '../protocol/crypto.js';
import { networksOf } from './networks.js';

/** @param ip `req.ip` */
export const networkTag = (key: KeyObject, ip: string | undefined): string =>
  hmac(key, JSON.stringify(['event', networksOf(ip).network])).toString('base64url', 0, 16);
