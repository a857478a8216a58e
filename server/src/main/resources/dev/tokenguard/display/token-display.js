// <token-display account="ann" type="image" token-url="/my/token"></token-display>
// What an account has left of a token type, live. No dependencies; text enters the page as text only.

const TEXTS = {
  en: {
    left: '{n} of {m} left', held: '{n} in use', debt: '{n} overdrawn', low: 'Running low',
    empty: 'None left', reset: 'Resets in {t}', resetting: 'Resetting…', offline: 'Offline',
    refused: 'Balance not available', none: 'Not in your plan', loading: 'Loading…',
  },
  th: {
    left: 'เหลือ {n} จาก {m}', held: 'กำลังใช้ {n}', debt: 'ใช้เกิน {n}', low: 'ใกล้หมดแล้ว',
    empty: 'หมดแล้ว', reset: 'รีเซ็ตในอีก {t}', resetting: 'กำลังรีเซ็ต…', offline: 'ออฟไลน์',
    refused: 'แสดงยอดคงเหลือไม่ได้', none: 'ไม่อยู่ในแพ็กเกจของคุณ', loading: 'กำลังโหลด…',
  },
  fa: {
    left: '{n} از {m} باقی مانده', held: '{n} در حال استفاده', debt: '{n} بدهی', low: 'رو به پایان',
    empty: 'تمام شد', reset: 'تمدید تا {t} دیگر', resetting: 'در حال تمدید…', offline: 'آفلاین',
    refused: 'موجودی در دسترس نیست', none: 'در طرح شما نیست', loading: 'در حال بارگذاری…',
  },
};

const CSS = `
:host { display: block; min-inline-size: 9em; font: var(--token-display-font, inherit) }
:host([hidden]) { display: none }
[part=base] { display: grid; gap: .4em; line-height: 1.4;
  --now: var(--token-display-fill, light-dark(#15803d, #4ade80));
  --muted: var(--token-display-muted, color-mix(in srgb, currentColor 75%, transparent)) }
[data-state=low] { --now: var(--token-display-low, light-dark(#a34a06, #fbbf24)) }
[data-state=empty] { --now: var(--token-display-empty, light-dark(#b91c1c, #fca5a5)) }
.row { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1em }
[part=title] { font-weight: 600; overflow-wrap: anywhere }
[part=amount] { font-variant-numeric: tabular-nums }
[part=bar] { display: flex; overflow: hidden; block-size: var(--token-display-height, .5em);
  border-radius: var(--token-display-radius, 1em);
  background: var(--token-display-track, color-mix(in srgb, currentColor 15%, transparent)) }
[part=fill], [part=held] { background: var(--now); inline-size: 0 }
[part=held] { opacity: .4 }
.notes { font-size: .875em }
[part=status] { color: var(--now); font-weight: 600 }
[part=reset] { color: var(--muted) }
:is([data-state=loading], [data-state=refused], [data-state=none], [data-offline]) [part=status] { color: inherit }
[data-offline] [part=bar] { filter: grayscale(1); opacity: .5 }
[data-offline] :is([part=amount], [part=title]) { color: var(--muted) }
.live { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap }
@media (prefers-reduced-motion: no-preference) {
  [part=fill], [part=held] { transition: inline-size .3s }
}
@media (forced-colors: active) {
  [part=bar] { border: 1px solid CanvasText }
  [part=fill], [part=held] { forced-color-adjust: none; background: CanvasText }
}`;

let sheet;
const streams = new Map();

const fault = (code, message) => Object.assign(new Error(message || code), { code });
const REFUSALS = ['api_key', 'unauthenticated', 'permission_denied', 'not_found', 'invalid_argument'];

/** One stream of an account's balances, for all displays of the page that show it. */
class Stream {
  viewers = new Set();
  view = {}; // account, skew, offline, refused

  static of(key, server, account) {
    if (!streams.has(key)) streams.set(key, Object.assign(new Stream(), { key, server, account }));
    return streams.get(key);
  }

  add(viewer) {
    this.viewers.add(viewer);
    if (this.viewers.size === 1) this.run();
  }

  remove(viewer) {
    this.viewers.delete(viewer);
    if (this.viewers.size) return;
    if (streams.get(this.key) === this) streams.delete(this.key);
    this.restart();
  }

  show(change) {
    Object.assign(this.view, change);
    this.viewers.forEach((viewer) => viewer.render());
  }

  /** Tries again at once; with a new token if the old one is not to be used any more. */
  restart(newToken) {
    if (newToken) this.token = undefined;
    this.restarted = true;
    this.abort?.abort();
    this.wake?.();
  }

  sleep(millis) {
    return new Promise((wake) => {
      this.wake = wake;
      if (millis < 1e9) setTimeout(wake, millis);
    });
  }

  async run() {
    let failures = 0;
    await this.sleep(0); // so that whoever made the element can set its properties
    while (this.viewers.size) {
      this.restarted = false;
      const fresh = !this.token;
      let heard = false;
      let error;
      try {
        if (document.hidden) { // browsers have few connections to a server
          await this.sleep(1e9);
          continue;
        }
        this.token ??= await this.fetchToken();
        if (!this.token) { // it has not been set yet
          await this.sleep(1e9);
          continue;
        }
        await this.read(() => (heard = true));
      } catch (e) {
        error = e;
      }
      clearTimeout(this.watchdog);
      clearTimeout(this.renewal);
      if (this.restarted) continue;
      if (heard) failures = 0;
      if (error?.code === 'unauthenticated') this.token = undefined;
      if (heard || (error?.code === 'unauthenticated' && !fresh)) {
        await this.sleep(heard ? 100 + Math.random() * 400 : 0);
        continue; // nothing is wrong before a second try fails
      }
      const refused = REFUSALS.includes(error?.code);
      this.show(refused ? { refused: true } : { offline: true });
      this.viewers.forEach((each) => each.tell('error', { code: error?.code || 'unavailable', message: error?.message }));
      const wait = refused ? 60_000 : Math.min(30_000, 500 * 2 ** failures++);
      await this.sleep(error?.code === 'api_key' ? 1e9 : wait * (0.5 + Math.random() / 2));
    }
  }

  async fetchToken() {
    let got;
    for (const viewer of this.viewers) got ??= await viewer.obtainToken();
    const token = got?.token ?? got;
    if (token?.startsWith?.('tg_')) {
      const message = 'token-display: this is an API key, which must never reach a browser. ' +
        'Let your backend call CreateDisplayToken and hand out what that answers.';
      console.error(message);
      throw fault('api_key', message);
    }
    clearTimeout(this.renewal);
    const left = Date.parse(got?.expire_time ?? got?.expireTime) - (got?.now ?? Date.now());
    if (left > 0) {
      this.renewIn = Math.min(1e9, Math.max(5_000, left - Math.min(30_000, left / 5)));
    } else {
      this.renewIn = undefined; // the server ends the stream when the token does
    }
    return token;
  }

  /** Changes to another token before this one ends, without a gap. */
  async renew() {
    try {
      const token = await this.fetchToken();
      if (token) {
        this.token = token;
        this.restart();
      }
    } catch { /* the stream ends soon, and then it is tried again */ }
  }

  async read(heard) {
    this.abort = new AbortController();
    const alive = () => {
      clearTimeout(this.watchdog);
      // A server says something every 10 s.
      this.watchdog = setTimeout(() => this.abort.abort(fault('unavailable', 'nothing heard')), 35_000);
    };
    alive();
    const response = await fetch(this.server + '/tokenguard.v1.TokenGuardService/WatchBalance', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', Authorization: 'Bearer ' + this.token },
      body: JSON.stringify({ accountId: this.account }),
      credentials: 'omit',
      cache: 'no-store',
      signal: this.abort.signal,
    });
    if (!response.ok) {
      const error = await response.json().catch(() => ({}));
      throw fault(error.code ?? (response.status === 401 ? 'unauthenticated' : 'unavailable'), error.message);
    }
    if (this.renewIn) this.renewal = setTimeout(() => this.renew(), this.renewIn);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      const events = (text + value).split('\n\n');
      text = events.pop();
      for (const event of events) {
        const data = /^data: ?(.*)$/m.exec(event)?.[1];
        if (!data) continue;
        const message = JSON.parse(data);
        if (/^event: ?error$/m.test(event)) throw fault(message.code, message.message);
        heard();
        const skew = Date.parse(message.account.readTime) - Date.now() || 0;
        this.show({ account: message.account, skew, offline: false, refused: false });
      }
    }
  }
}

document.addEventListener('visibilitychange', () => streams.forEach((each) => each.restart()));
addEventListener('online', () => streams.forEach((each) => each.view.offline && each.restart()));
new MutationObserver(() => streams.forEach((each) => each.show()))
  .observe(document.documentElement, { attributeFilter: ['lang', 'dir'] });

class TokenDisplay extends HTMLElement {
  static observedAttributes = ['account', 'server', 'type', 'label', 'lang', 'token-url'];
  #parts = {};
  #stream;
  #timer;
  #told;
  #state;
  #sources = {};

  /** The balance as last told; undefined before. */
  balance;

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    const add = (parent, tag, part, attributes = {}) => {
      const made = document.createElement(tag);
      for (const name in attributes) made.setAttribute(name, attributes[name]);
      if (part) this.#parts[part] = made;
      if (part && part !== 'live') made.setAttribute('part', part);
      return parent.appendChild(made);
    };
    const base = add(root, 'div', 'base', { role: 'group', 'aria-labelledby': 'title' });
    const row = add(base, 'div', '', { class: 'row' });
    add(row, 'bdi', 'title', { id: 'title' });
    add(row, 'span', 'amount');
    const bar = add(base, 'div', 'bar', { role: 'meter', 'aria-labelledby': 'title', 'aria-valuemin': 0 });
    add(bar, 'div', 'fill');
    add(bar, 'div', 'held');
    const notes = add(base, 'div', '', { class: 'row notes' });
    add(notes, 'span', 'status');
    add(notes, 'time', 'reset');
    add(base, 'div', 'live', { class: 'live', role: 'status' });
  }

  /** A display token, as CreateDisplayToken answers it. */
  get token() { return this.#sources.token; }
  set token(value) { this.#source('token', value); }

  /** A function that answers one, or a promise of it: the token, or {token, expire_time}. */
  get getToken() { return this.#sources.getToken; }
  set getToken(value) { this.#source('getToken', value); }

  #source(name, value) {
    this.#sources[name] = value;
    this.#stream?.restart(true);
  }

  async obtainToken() {
    if (this.getToken) return this.getToken();
    const url = this.getAttribute('token-url');
    if (!url) return this.token;
    const response = await fetch(url, { credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'application/json' } });
    if (!response.ok) {
      const refused = response.status === 401 || response.status === 403;
      throw fault(refused ? 'permission_denied' : 'unavailable', `${url} answers ${response.status}`);
    }
    // By the clock of the one who made it, as far as one can tell.
    return { ...(await response.json()), now: Date.parse(response.headers.get('date')) || Date.now() };
  }

  connectedCallback() {
    for (const name of ['token', 'getToken']) { // set before this class was there
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
    this.#subscribe();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#stream?.remove(this);
    this.#stream = undefined;
  }

  attributeChangedCallback(name, before, after) {
    if (!this.isConnected || before === after) return;
    if (name === 'account' || name === 'server') this.#subscribe();
    else if (name === 'token-url') this.#stream?.restart(true);
    else this.render();
  }

  #subscribe() {
    this.disconnectedCallback();
    this.balance = this.#told = this.#state = undefined;
    const account = this.getAttribute('account');
    if (account) {
      const server = new URL(this.getAttribute('server') || new URL(import.meta.url).origin, document.baseURI);
      const base = server.href.replace(/\/+$/, '');
      this.#stream = Stream.of(base + ' ' + account, base, account);
      this.#stream.add(this);
    }
    this.render();
  }

  /** Tells the page, as the event token-display-change or token-display-error. */
  tell(what, detail) {
    this.dispatchEvent(new CustomEvent('token-display-' + what, { detail, bubbles: true, composed: true }));
  }

  render() {
    clearTimeout(this.#timer);
    const { account, skew, offline, refused } = this.#stream?.view ?? {};
    const type = this.getAttribute('type');
    const found = account?.balances?.find((each) => !type || each.tokenType === type);
    const [available, granted, held, debt] = ['available', 'granted', 'held', 'debt'].map((each) => Number(found?.[each] ?? 0));
    const state = refused ? 'refused' : !account ? 'loading' : !found ? 'none' : !available ? 'empty' : found.low ? 'low' : 'ok';
    const shown = found && !refused;

    const wanted = this.getAttribute('lang') || this.closest('[lang]')?.lang || document.documentElement.lang;
    const lang = /^(th|fa)\b/i.exec(wanted)?.[0].toLowerCase() ?? 'en';
    const texts = TEXTS[lang];
    const number = (n, options) => new Intl.NumberFormat(lang, options).format(n);
    const say = (text, n, m) => texts[text].replace(/{(\w)}/g, (_, name) => (name === 'm' ? m : n));

    const left = shown ? say('left', number(available), number(granted)) : '';
    const note = offline && !refused ? texts.offline
      : debt && shown ? say('debt', number(debt)) : state === 'ok' ? '' : texts[state];
    const using = shown && held ? say('held', number(held)) : '';
    const title = this.getAttribute('label') || found?.title || type || '…';
    const { base, title: heading, amount, bar, fill, held: heldBar, status, reset, live } = this.#parts;
    const write = (node, text) => { if (node.textContent !== text) node.textContent = text; };
    base.lang = lang;
    base.dir = lang === 'fa' ? 'rtl' : 'ltr';
    base.dataset.state = state;
    base.toggleAttribute('data-offline', Boolean(offline));
    write(heading, title);
    write(amount, left);
    write(status, [note, using].filter(Boolean).join(' · '));
    const max = Math.max(granted, available + held, 1);
    bar.setAttribute('aria-valuemax', max);
    bar.setAttribute('aria-valuenow', shown ? available : 0);
    bar.setAttribute('aria-valuetext', [left, using, note].filter(Boolean).join(', '));
    fill.style.inlineSize = shown ? (100 * available) / max + '%' : 0;
    heldBar.style.inlineSize = shown ? (100 * held) / max + '%' : 0;
    this.#countDown(shown ? Date.parse(found.resetTime) : NaN, skew, lang, say, number, write, reset);

    const now = state + (offline ? ' offline' : '');
    if (this.#state && this.#state !== now && state !== 'loading') { // only what changes for people is spoken
      write(live, [title, left, note].filter(Boolean).join(', '));
      setTimeout(() => write(live, ''), 5_000);
    }
    this.#state = state === 'loading' ? undefined : now;
    const news = now + JSON.stringify(found);
    if (account && this.#told !== news) {
      this.#told = news;
      this.balance = found;
      this.tell('change', { state, offline: Boolean(offline), available, granted, held, debt, balance: found });
    }
  }

  #countDown(end, skew, lang, say, number, write, reset) {
    if (!end) return write(reset, '');
    const left = end - Date.now() - skew;
    const minutes = Math.ceil(left / 60_000);
    const units = left <= 60_000 ? [['second', Math.ceil(left / 1000)]]
      : [['day', Math.floor(minutes / 1440)], ['hour', Math.floor(minutes / 60) % 24], ['minute', minutes % 60]];
    const parts = units.filter(([, n]) => n > 0).slice(0, 2)
      .map(([unit, n]) => number(n, { style: 'unit', unit, unitDisplay: 'short' }));
    write(reset, parts.length ? say('reset', parts.join(lang === 'fa' ? ' و ' : ' ')) : say('resetting'));
    reset.dateTime = new Date(end).toISOString();
    reset.title = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }).format(end);
    if (left > 0) this.#timer = setTimeout(() => this.render(), left % (left <= 60_000 ? 1000 : 60_000) + 5);
  }
}

customElements.get('token-display') ?? customElements.define('token-display', TokenDisplay);
