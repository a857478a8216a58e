// The RPCs of TokenGuard as JSON over HTTP. A fault is an ApiError that says what the server said.
import {connection} from './connection.js';
import {ApiError, faultOf, unreachable} from './errors.js';

// The console is at <root>/console/, whatever stands before it.
const ROOT = new URL('../', import.meta.url);
const PATIENCE_MS = 20_000;

export const ADMIN = 'tokenguard.v1.TokenAdminService';
export const GUARD = 'tokenguard.v1.TokenGuardService';

/** Somebody hears here that the session is over: `ended`. */
export const faults = new EventTarget();

/** A call of TokenAdminService. */
export function admin(rpc, request = {}, options = {}) {
  return unary(`${ADMIN}/${rpc}`, request, options);
}

/** A call of TokenGuardService. */
export function guard(rpc, request = {}, options = {}) {
  return unary(`${GUARD}/${rpc}`, request, options);
}

async function unary(method, request, {signal} = {}) {
  const answer = await send(method, request, {
    signal: either(signal, AbortSignal.timeout(PATIENCE_MS)),
    headers: {'Connect-Timeout-Ms': String(PATIENCE_MS)},
  });
  try {
    return await answer.json();
  } catch (error) {
    throw signal?.aborted ? error : unreachable(error);
  }
}

/** Posts a request, and gives the answer once it is known to be no fault; its body is yet to be read. */
export async function send(method, request, {signal, headers = {}} = {}) {
  let answer;
  try {
    answer = await fetch(new URL(method, ROOT), {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Connect-Protocol-Version': '1',
        'X-TokenGuard-Console': '1',
        ...headers,
      },
      body: JSON.stringify(request),
      signal,
      credentials: 'same-origin',
      cache: 'no-store',
    });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    connection.lost();
    throw unreachable(error);
  }
  if (answer.ok) {
    connection.answered();
    return answer;
  }
  const fault = await faultOf(answer);
  if (fault.code === 'network') connection.lost();
  else connection.answered();
  throw noticed(fault);
}

/** A fault that ends the session ends it for the whole console. */
export function noticed(fault) {
  if (fault.code === 'unauthenticated') faults.dispatchEvent(new Event('ended'));
  return fault;
}

/** Aborts when one of the two does; the first may be absent. */
export function either(signal, other) {
  return signal ? AbortSignal.any([signal, other]) : other;
}

/** The id of a change: made once, before the first try, so that a retry does not do it twice. */
export function newRequestId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const random = Array.from(bytes, (each) => each.toString(16).padStart(2, '0')).join('');
  return `console-${Date.now().toString(36)}-${random}`;
}

export {ApiError};
