// Who is signed in, and what it may do. The key itself is in a cookie that no script can read.
import {admin, faults} from './api.js';
import {faultOf, unreachable} from './errors.js';

const SESSION = new URL('session', import.meta.url);
const HEADERS = {'X-TokenGuard-Console': '1'};

/** Who may call one of these finds something in the console. */
export const PAGES = ['ListAccounts', 'GetAccount', 'GetCatalog', 'GetActivity'];

class Session extends EventTarget {
  /** `unknown` until the server was asked, then `in` or `out`. */
  state = 'unknown';
  /** Whether a credential was given; a server may let some callers in without. */
  signedIn = false;
  /** True when somebody was in, and is not any more. */
  ended = false;
  /** The answer of GetCaller. */
  caller = null;
  #rpcs = new Set();

  /** Finds out whether somebody is signed in. */
  async start() {
    const {signed_in: signedIn, needed} = await ask('GET');
    this.signedIn = Boolean(signedIn);
    if (!signedIn && needed !== false) return this.#become('out');
    try {
      return await this.#enter();
    } catch (error) {
      if (error.code !== 'unauthenticated') throw error;
      return this.#become('out');
    }
  }

  /** Signs in with a key or a JWT. */
  async signIn(credential) {
    await ask('POST', {Authorization: `Bearer ${credential}`});
    this.signedIn = true;
    await this.#enter();
  }

  async signOut() {
    await ask('DELETE');
    this.leave();
  }

  /** Shows the sign-in page. */
  leave() {
    this.signedIn = false;
    this.ended = false;
    this.#become('out');
  }

  /** Another server may have taken the place of the one that made the session. */
  async check() {
    if (this.state !== 'in' || !this.signedIn) return;
    const {signed_in: signedIn} = await ask('GET').catch(() => ({signed_in: true}));
    if (!signedIn) this.over();
  }

  /** The server does not know this session any more. */
  over() {
    if (this.state !== 'in') return;
    this.ended = true;
    this.#become('out');
  }

  /** Whether the caller may call an RPC, by its bare name. */
  may(rpc) {
    return this.#rpcs.has(rpc);
  }

  async #enter() {
    this.caller = await admin('GetCaller');
    this.#rpcs = new Set((this.caller.rpcs ?? []).map((name) => name.split('/').at(-1)));
    this.ended = false;
    // Who is let in without a credential, and has nothing to see here, has one for elsewhere.
    this.#become(this.signedIn || PAGES.some((rpc) => this.may(rpc)) ? 'in' : 'out');
  }

  #become(state) {
    this.state = state;
    if (state === 'out') this.caller = null;
    this.dispatchEvent(new Event('change'));
  }
}

async function ask(method, headers = {}) {
  let answer;
  try {
    answer = await fetch(SESSION, {method, headers: {...HEADERS, ...headers}, credentials: 'same-origin', cache: 'no-store'});
  } catch (error) {
    throw unreachable(error);
  }
  if (!answer.ok) throw await faultOf(answer);
  const text = await answer.text();
  return text ? JSON.parse(text) : {};
}

export const session = new Session();
export const may = (rpc) => session.may(rpc);
faults.addEventListener('ended', () => session.over());
