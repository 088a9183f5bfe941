// The mailbox of a system's process. It keeps what it is given, and does nothing with it while a login is measured.
export class Mailbox {
  /** @type {Map<string, () => string>} */
  #mails = new Map();
  #wake = () => {};

  /** @param {string} address @param {() => string} link */
  deliver = (address, link) => {
    this.#mails.set(address, link);
    this.#wake();
  };

  /** Resolves when so many mails are there. @param {number} count */
  arrived(count) {
    return /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        this.#wake = () => {
          if (this.#mails.size >= count) resolve();
        };
        this.#wake();
      })
    );
  }

  /** Empties it: the link that each address was sent. @returns {[address: string, link: string][]} */
  take() {
    const mails = [...this.#mails];
    this.#mails.clear();
    this.#wake = () => {};
    return mails.map(([address, link]) => [address, link()]);
  }
}
