/** Reads a user's sealed document from the store, and changes it by compare-and-set. */
import { MagicLinkError, UnavailableError } from '../../errors.js';
import { reachStore } from '../../protocol/reach-store.js';
import type { Sealer } from '../../protocol/sealer.js';
import { secondsOf } from '../../util/seconds.js';
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

/** The document to write, if any, and the result that `update` resolves with. */
export interface Change<T> {
  readonly document?: FactorDocument;
  readonly result: T;
}

/** A document as it is stored, and the sealer of the secret that it is sealed with. */
interface Place {
  readonly sealer: Sealer;
  readonly sealed: string | undefined;
}

/**
 * Rounds of one change at most. Only requests of the same user compete. One of them succeeds in each round, and the limit of
 * wrong tries refuses most others before.
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
   * Reads, changes and writes the document. If another request has changed it in the meantime, everything is done again on
   * the new document. So `change` decides everything that is single-use or counted.
   * @throws UnavailableError when the store does not answer, or too many requests change the document
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

  /**
   * Moves the document to the current secret. Resolves with false if there is none.
   * @throws UnavailableError as `update` does
   */
  async reseal(userId: string): Promise<boolean> {
    const [current] = this.#config.sealers;
    for (let round = 0; round < ROUNDS; round++) {
      const place = await this.#find(userId);
      if (place.sealed === undefined) return false;
      if (place.sealer === current) return true;
      const document = this.#open(place, userId);
      // A document that is marked is no longer changed here. A change that was under way begins again.
      if (!document.moving) {
        await this.#write(place, userId, { ...document, moving: true });
        continue;
      }
      // If another request moves it too, the first copy stays.
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

  /** The keyed digest that names a user in the store and in events. */
  tag(userId: string, sealer: Sealer = this.#config.sealers[0]): string {
    return sealer.tag(userId);
  }

  /** Looks under the current secret first, then under the older ones. A new document gets the current one. */
  async #find(userId: string): Promise<Place> {
    for (const sealer of this.#config.sealers) {
      const sealed = await reachStore(() => this.#config.store.read(this.tag(userId, sealer)), 'factor store');
      if (sealed !== undefined) return { sealer, sealed };
    }
    return { sealer: this.#config.sealers[0], sealed: undefined };
  }

  #open({ sealer, sealed }: Place, userId: string): FactorDocument {
    const now = secondsOf(this.#config.clock);
    if (sealed === undefined) return atTime(EMPTY, now);
    const plain = sealer.open(this.#context(userId), sealed);
    // This must not read as "no factors": then the mailbox alone could enrol one.
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
    return reachStore(() => this.#config.store.write(this.tag(userId, sealer), sealed, next), 'factor store');
  }

  /** The associated data of the seal, so that one user's document does not open as another's. */
  #context(userId: string): string {
    return JSON.stringify(['factors', this.#config.origin, userId]);
  }
}
