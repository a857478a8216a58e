// Reads something for an element, and shows it, or that it is on its way, or why it did not come.
import {connection} from '../connection.js';
import {failure, skeleton} from './states.js';

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * A controller of an element: `new Loader(this, (signal) => admin('GetSweep', {}, {signal}))`, then
 * `run()`. Faults that pass are tried again by themselves; what was read before stays shown meanwhile.
 */
export class Loader {
  data = undefined;
  error = undefined;
  busy = false;
  #host;
  #load;
  #abort;
  #timer;
  #wait = FIRST_RETRY_MS;
  #back = () => this.error && this.run();

  constructor(host, load) {
    this.#host = host;
    this.#load = load;
    host.addController(this);
  }

  hostConnected() {
    connection.addEventListener('back', this.#back);
  }

  hostDisconnected() {
    connection.removeEventListener('back', this.#back);
    this.#abort?.abort();
    clearTimeout(this.#timer);
  }

  /** Forgets what was read: the next thing is another one. */
  clear() {
    this.data = undefined;
    this.error = undefined;
  }

  async run() {
    this.#abort?.abort();
    clearTimeout(this.#timer);
    const abort = new AbortController();
    this.#abort = abort;
    this.busy = true;
    this.#host.requestUpdate();
    try {
      const data = await this.#load(abort.signal);
      if (abort.signal.aborted) return;
      this.data = data;
      this.error = undefined;
      this.#wait = FIRST_RETRY_MS;
    } catch (error) {
      if (abort.signal.aborted) return;
      this.error = error;
      if (error.passing && connection.up) this.#later();
    }
    this.busy = false;
    this.#host.requestUpdate();
  }

  /** What there is to show; `view` draws the data. */
  show(view, {lines = 3} = {}) {
    if (this.data === undefined && this.error) return failure(this.error, () => this.run());
    if (this.data === undefined) return skeleton(lines);
    return view(this.data);
  }

  #later() {
    this.#timer = setTimeout(() => this.run(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_RETRY_MS);
  }
}
