// Whether the server answers. When it does not, it is asked again and again, a little later each time,
// and `back` tells everybody who waits.

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

class Connection extends EventTarget {
  up = true;
  /** When it is asked next, in milliseconds since 1970. */
  nextTry = 0;
  #wait = FIRST_MS;
  #timer;

  /** A call found no server. */
  lost() {
    if (!this.up) return;
    this.up = false;
    this.#wait = FIRST_MS;
    this.#later();
  }

  /** A call was answered, with whatever. */
  answered() {
    if (this.up) return;
    clearTimeout(this.#timer);
    this.up = true;
    this.dispatchEvent(new Event('change'));
    this.dispatchEvent(new Event('back'));
  }

  async tryNow() {
    clearTimeout(this.#timer);
    try {
      const answer = await fetch(new URL('session', import.meta.url), {
        headers: {'X-TokenGuard-Console': '1'},
        cache: 'no-store',
        signal: AbortSignal.timeout(5_000),
      });
      if (answer.status < 500) return this.answered();
    } catch {
      // Still gone.
    }
    if (!this.up) this.#later();
  }

  #later() {
    this.nextTry = Date.now() + this.#wait;
    this.#timer = setTimeout(() => this.tryNow(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_MS);
    this.dispatchEvent(new Event('change'));
  }
}

export const connection = new Connection();
addEventListener('online', () => connection.up || connection.tryNow());
