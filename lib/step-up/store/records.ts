/** The way between a user's sealed document in the store and what it says: read, changed by compare-and-set. */
import { MagicLinkError, UnavailableError } from '../../errors.js';
import type { Sealer } from '../../protocol/sealer.js';
import { atTime, EMPTY, type FactorDocument } from './document.js';
import type { FactorStore } from './factor-store.js';

export interface RecordsConfig {
  readonly store: FactorStore;
  /** One for each of the app's secrets, the current one first. */
  readonly sealers: readonly [Sealer, ...Sealer[]];
  readonly origin: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** What is to be written, if anything, and what it came to. */
export interface Change<T> {
  readonly document?: FactorDocument;
  readonly result: T;
}

/** A document where it lies: under the secret that it was first sealed with. */
interface Place {
  readonly sealer: Sealer;
  readonly sealed: string | undefined;
}

/**
 * Rounds of one change at most. Only requests of the same user compete, each round one of them wins, and
 * the tries limit ends the contest early.
 */
const ROUNDS = 100;

export class Records {
  readonly #config: RecordsConfig;

  constructor(config: RecordsConfig) {
    this.#config = config;
  }

  /** @throws UnavailableError when the store does not answer; an Error for a document that cannot be opened */
  async read(userId: string): Promise<FactorDocument> {
    return this.#open(await this.#find(userId), userId);
  }

  /**
   * Reads, changes and writes. Where another request was faster, all of it again on what that one left:
   * whatever is single-use or counted is decided in here.
   */
  async update<T>(userId: string, change: (document: FactorDocument) => Promise<Change<T>> | Change<T>): Promise<T> {
    for (let round = 0; round < ROUNDS; round++) {
      const place = await this.#find(userId);
      const found = this.#open(place, userId);
      if (found.moving) {
        await this.reseal(userId);
        continue;
      }
      const { document, result } = await change(found);
      if (!document || (await this.#write(place, userId, document))) return result;
    }
    throw new UnavailableError('factor store', {
      cause: new MagicLinkError('factors_contended', 'too many changes at the same time'),
    });
  }

  /** Moves the document under the secret that signs now. False: there is none. */
  async reseal(userId: string): Promise<boolean> {
    const [current] = this.#config.sealers;
    for (let round = 0; round < ROUNDS; round++) {
      const place = await this.#find(userId);
      if (place.sealed === undefined) return false;
      if (place.sealer === current) return true;
      const document = this.#open(place, userId);
      // Nobody changes it any more once it says so; a change that was under way begins again.
      if (!document.moving) {
        await this.#write(place, userId, { ...document, moving: true });
        continue;
      }
      // Where another one moves it too, the copy that came first stays.
      await this.#write({ sealer: current, sealed: undefined }, userId, { ...document, moving: undefined });
      await this.#replace(place, userId, undefined);
      return true;
    }
    throw new UnavailableError('factor store', {
      cause: new MagicLinkError('factors_contended', 'too many changes at the same time'),
    });
  }

  async forget(userId: string): Promise<void> {
    for (let place = await this.#find(userId); place.sealed !== undefined; place = await this.#find(userId)) {
      await this.#replace(place, userId, undefined);
    }
  }

  /** What stands for a user in the store and in events. */
  tag(userId: string, sealer: Sealer = this.#config.sealers[0]): string {
    return sealer.tag(userId);
  }

  /** Under the current secret, else under an older one. A new document goes under the current one. */
  async #find(userId: string): Promise<Place> {
    for (const sealer of this.#config.sealers) {
      const sealed = await reach(() => this.#config.store.read(this.tag(userId, sealer)));
      if (sealed !== undefined) return { sealer, sealed };
    }
    return { sealer: this.#config.sealers[0], sealed: undefined };
  }

  #open({ sealer, sealed }: Place, userId: string): FactorDocument {
    const now = Math.floor(this.#config.clock() / 1000);
    if (sealed === undefined) return atTime(EMPTY, now);
    const plain = sealer.open(this.#context(userId), sealed);
    // Never taken for "no factors": that would let the mailbox alone enrol one.
    if (plain === undefined) {
      throw new MagicLinkError(
        'factors_unreadable',
        'the factors of a user cannot be opened: they were not sealed here for this user',
      );
    }
    return atTime(JSON.parse(plain) as FactorDocument, now);
  }

  #write(place: Place, userId: string, document: FactorDocument): Promise<boolean> {
    return this.#replace(place, userId, place.sealer.seal(this.#context(userId), JSON.stringify(document)));
  }

  #replace({ sealer, sealed }: Place, userId: string, next: string | undefined): Promise<boolean> {
    return reach(() => this.#config.store.write(this.tag(userId, sealer), sealed, next));
  }

  /** Authenticated with the document: one user's factors cannot be put under another's name. */
  #context(userId: string): string {
    return JSON.stringify(['factors', this.#config.origin, userId]);
  }
}

/** A store rejects only when it could not answer. */
async function reach<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    throw new UnavailableError('factor store', { cause });
  }
}
