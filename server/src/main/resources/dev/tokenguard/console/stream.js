// Balances as they change: server-sent events, read by fetch because EventSource can neither post nor send
// a header.
import {GUARD, noticed, send} from './api.js';
import {connection} from './connection.js';
import {ApiError, faultOfJson, unreachable} from './errors.js';

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** Faults that asking again does not mend. */
const FINAL = ['not_found', 'permission_denied', 'unauthenticated', 'invalid_argument', 'unimplemented'];

/**
 * Watches a balance until `signal` aborts; opened again whenever it ends. Calls `onBalances` with
 * `AccountBalances`, `onState` with `live`, `waiting` or, at a fault that stays, `ended` and the fault.
 */
export async function watchBalance(request, {signal, onBalances, onState}) {
  let wait = FIRST_MS;
  while (!signal.aborted) {
    try {
      await untilVisible(signal);
      await readStream(request, signal, (event) => {
        wait = FIRST_MS;
        onState('live');
        onBalances(event.account ?? {});
      });
    } catch (fault) {
      if (signal.aborted) return;
      if (fault instanceof ApiError && FINAL.includes(fault.code)) return onState('ended', fault);
    }
    if (signal.aborted) return;
    onState('waiting');
    await pause(wait, signal);
    wait = Math.min(wait * 2, LONGEST_MS);
  }
}

async function readStream(request, signal, onMessage) {
  // A page that nobody looks at holds no stream: a browser has six connections to a server.
  const hidden = new AbortController();
  const hide = () => document.hidden && hidden.abort();
  document.addEventListener('visibilitychange', hide);
  try {
    const answer = await send(`${GUARD}/WatchBalance`, request, {
      signal: AbortSignal.any([signal, hidden.signal]),
      headers: {Accept: 'text/event-stream'},
    });
    for await (const event of events(answer.body)) {
      if (event.type === 'error') throw noticed(faultOfJson(JSON.parse(event.data)));
      if (event.data) onMessage(JSON.parse(event.data));
    }
  } finally {
    document.removeEventListener('visibilitychange', hide);
  }
}

/** The events of a stream: blocks of `name: value` lines, with an empty line after each. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  try {
    for (;;) {
      const {value, done} = await reader.read().catch((error) => {
        throw unreachable(error);
      });
      if (done) return;
      const blocks = (rest + value).replaceAll('\r\n', '\n').split('\n\n');
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(block) {
  const event = {type: 'message', data: ''};
  for (const line of block.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/s.exec(line) ?? [];
    if (name === 'event') event.type = value;
    if (name === 'data') event.data += event.data ? `\n${value}` : value;
  }
  return event.data ? event : null;
}

function untilVisible(signal) {
  if (!document.hidden) return Promise.resolve();
  return once(document, 'visibilitychange', signal);
}

/** Waits, but no longer than until the server is back. */
function pause(ms, signal) {
  return once(connection, 'back', AbortSignal.any([signal, AbortSignal.timeout(ms)]));
}

function once(target, name, signal) {
  return new Promise((resolve) => {
    target.addEventListener(name, resolve, {once: true, signal});
    signal.addEventListener('abort', resolve, {once: true});
    if (signal.aborted) resolve();
  });
}
