// Sends a long list of members in chunks, and keeps what became of each line. It can be stopped and go on: each
// line has a request id of its own, so that what is sent twice is done once.
import {admin, newRequestId} from '../../api.js';

/** Small enough that progress is seen, far below what the server takes at once. */
const CHUNK = 200;

export class BulkRun {
  /** [{line, id, caps, result, message}]; `result` is `waiting`, `done`, `before`, `wrong`, `twice` or `failed`. */
  lines;
  busy = false;
  fault = undefined;
  #rpc;
  #request;
  #told;
  #abort;

  /** `request` makes a request of a line; `told` is called when something happened. */
  constructor({rpc, lines, request, told}) {
    const run = newRequestId();
    this.lines = lines.map((each, index) => ({...each, requestId: `${run}-${index}`, ...before(each)}));
    this.#rpc = rpc;
    this.#request = request;
    this.#told = told;
  }

  count(...results) {
    return this.lines.filter(({result}) => results.includes(result)).length;
  }

  get finished() {
    return !this.busy && this.count('waiting') === 0;
  }

  /** Sends what waits; a fault stops it, and it can be called again. */
  async run() {
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
      if (!this.#abort.signal.aborted) this.fault = error;
    }
    this.busy = false;
    this.#told();
  }

  /** Sends again what failed. */
  again() {
    for (const line of this.lines) if (line.result === 'failed') line.result = 'waiting';
    return this.run();
  }

  stop() {
    this.#abort?.abort();
  }

  #next() {
    return this.lines.filter(({result}) => result === 'waiting').slice(0, CHUNK);
  }

  #take(chunk, {results = []}) {
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
