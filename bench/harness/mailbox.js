// The mailbox of a system's process. It keeps what it is given, and does nothing with it while a login is measured.
export class Mailbox {
  /** @type {{ address: string, link: () => string }[]} */
  #mails = [];
  #wake = () => {};

  /** @param {string} address @param {() => string} link */
  deliver = (address, link) => {
    this.#mails.push({ address, link });
    this.#wake();
  };

  /** Resolves when so many mails are there. @param {number} count */
  arrived(count) {
    return /** @type {Promise<void>} */ (
      new Promise((resolve) => {
        this.#wake = () => {
          if (this.#mails.length >= count) resolve();
        };
        this.#wake();
      })
    );
  }

  /** Empties it, in the order in which mail came. */
  take() {
    const mails = this.#mails.splice(0);
    this.#wake = () => {};
    return mails.map(({ address, link }) => ({ address, link: link() }));
  }
}
