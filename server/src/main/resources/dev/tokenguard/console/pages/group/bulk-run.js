// Sends a long list of members in chunks, and keeps what became of each line. It can be stopped and go on: each
// line has a request id of its own, so that what is sent twice is done once.
import {admin, newRequestId} from '../../api.js';
import {connection} from '../../connection.js';

/** Small enough that progress is seen, far below what the server takes at once. */
const CHUNK = 200;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

export class BulkRun {
  /** [{line, id, caps, result, message}]; `result` is `waiting`, `done`, `before`, `wrong`, `twice` or `failed`. */
  lines;
  busy = false;
  fault = undefined;
  #rpc;
  #request;
  #told;
  #abort;
  #timer;
  #wait = FIRST_RETRY_MS;
  #back = () => this.fault?.passing && this.run();

  /** `request` makes a request of a line; `told` is called when something happened. */
  constructor({rpc, lines, request, told}) {
    const run = newRequestId();
    this.lines = lines.map((each, index) => ({...each, requestId: `${run}-${index}`, ...before(each)}));
    this.#rpc = rpc;
    this.#request = request;
    this.#told = told;
    connection.addEventListener('back', this.#back);
  }

  count(...results) {
    return this.lines.filter(({result}) => results.includes(result)).length;
  }

  get finished() {
    return !this.busy && this.count('waiting') === 0;
  }

  /** Sends what waits. A fault stops it; after one that passes it goes on by itself. */
  async run() {
    clearTimeout(this.#timer);
    this.busy = true;
    this.fault = undefined;
    this.#abort = new AbortController();
    try {
      let chunk;
      while ((chunk = this.#next()).length > 0 && !this.#abort.signal.aborted) {
        this.#told();
        this.#take(chunk, await admin(this.#rpc, {requests: chunk.map(this.#request)}, {signal: this.#abort.signal}));
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failed(error);
    }
    this.busy = false;
    this.#told();
  }

  /** Sends again what failed. */
  again() {
    for (const line of this.lines) if (line.result === 'failed') line.result = 'waiting';
    return this.run();
  }

  /** Sends no more; what was sent is done. */
  stop() {
    clearTimeout(this.#timer);
    this.#abort?.abort();
  }

  /** Nobody looks any more. */
  end() {
    this.stop();
    connection.removeEventListener('back', this.#back);
  }

  #failed(error) {
    this.fault = error;
    if (!error.passing) return;
    this.#timer = setTimeout(() => connection.up && this.run(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_RETRY_MS);
  }

  #next() {
    return this.lines.filter(({result}) => result === 'waiting').slice(0, CHUNK);
  }

  #take(chunk, {results = []}) {
    this.#wait = FIRST_RETRY_MS;
    for (const [index, line] of chunk.entries()) {
      const {error, replayed} = results[index] ?? {error: {reason: 'NO_RESULT', message: ''}};
      line.result = error ? 'failed' : replayed ? 'before' : 'done';
      line.reason = error?.reason ?? '';
      line.message = error?.message ?? '';
    }
  }
}

function before({problem}) {
  if (!problem) return {result: 'waiting'};
  return {result: problem === 'twice' ? 'twice' : 'wrong', reason: problem};
}
