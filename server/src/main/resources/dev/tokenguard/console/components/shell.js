// What stands around every page: the bar with menu, language and theme; news when the server is gone; the
// sign-in page for who is not in, at whatever address, so that one comes back to where one was.
import {html, nothing} from 'lit';
import {connection} from '../connection.js';
import {languages, t} from '../i18n.js';
import {here, ROUTES} from '../router.js';
import {may, session} from '../session.js';
import {catalog} from '../catalog.js';
import {Element} from './element.js';
import {advice, empty, failure, skeleton} from './states.js';
import './preferences.js';
import './toasts.js';

class Shell extends Element {
  static properties = {fault: {state: true}, page: {state: true}, menuOpen: {state: true}};

  #shown = null;
  #refresh = () => this.requestUpdate();

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', () => this.#route());
    session.addEventListener('change', () => this.#route());
    connection.addEventListener('change', this.#refresh);
    connection.addEventListener('back', () => (session.state === 'unknown' ? this.#start() : session.check()));
    languages.addEventListener('change', () => this.#entitle());
    setInterval(() => connection.up || this.requestUpdate(), 1_000);
    this.#start();
  }

  async #start() {
    this.fault = undefined;
    try {
      await session.start();
    } catch (error) {
      this.fault = error;
      if (error.passing) connection.lost();
    }
  }

  async #route() {
    this.menuOpen = false;
    if (session.state === 'out') return this.#signIn();
    if (session.state !== 'in') return undefined;
    const {route, params, query} = here();
    if (!route || (route.needs && !may(route.needs))) {
      this.#shown = null;
      this.page = route ? 'forbidden' : 'missing';
      return this.#entitle();
    }
    try {
      await Promise.all([route.load(), catalog().catch(() => undefined)]);
    } catch (error) {
      this.fault = error;
      return undefined;
    }
    this.fault = undefined;
    return this.#show(route.tag, params, query);
  }

  async #signIn() {
    await import('../pages/signin.js');
    this.#show('tg-signin-page', {}, {});
  }

  #show(tag, params, query) {
    const place = `${tag} ${JSON.stringify(params)}`;
    const moved = this.#shown !== null && this.#shown !== place;
    if (this.page?.localName !== tag) this.page = document.createElement(tag);
    Object.assign(this.page, {params, query});
    this.#shown = place;
    this.#entitle();
    if (moved) this.updateComplete.then(() => this.#arrive());
  }

  /** Another page: to its beginning, for eyes and for screen readers. */
  async #arrive() {
    scrollTo(0, 0);
    await this.page.updateComplete;
    this.querySelector('main').focus({preventScroll: true});
  }

  #entitle() {
    const title = this.page?.heading?.();
    document.title = title ? `${title} · TokenGuard` : 'TokenGuard';
  }

  render() {
    return html`
      <a class="skip-link" href="#main" @click=${this.#skip}>${t('shell.skip')}</a>
      <header class="top">
        <a class="brand" href="#/"><img src="icon.svg" alt="" width="24" height="24"> TokenGuard</a>
        ${session.state === 'in' ? this.#menu() : nothing}
        <tg-preferences></tg-preferences>
      </header>
      ${this.#banner()}
      <main id="main" tabindex="-1" class="container-fluid">${this.#content()}</main>
      <tg-toasts></tg-toasts>`;
  }

  #skip(event) {
    event.preventDefault();
    document.getElementById('main').focus();
  }

  #menu() {
    const current = here().route;
    const entries = ROUTES.filter((route) => route.menu && (!route.needs || may(route.needs)));
    return html`<nav class="menu" aria-label=${t('shell.menu')}>
      <ul>${entries.map((route) => {
        const inside = route === current || (route.path !== '/' && current?.path.startsWith(`${route.path}/`));
        return html`<li><a href=${`#${route.path}`} aria-current=${inside ? 'page' : nothing}>${t(route.menu)}</a></li>`;
      })}</ul>
    </nav>`;
  }

  #banner() {
    if (connection.up) return nothing;
    const left = Math.max(0, Math.ceil((connection.nextTry - Date.now()) / 1000));
    return html`<div class="banner" role="alert">
      <span>${t('shell.gone')} <span class="muted-on-banner" aria-live="off">${t('shell.retryIn', {count: left})}</span></span>
      <button type="button" class="secondary small" @click=${() => connection.tryNow()}>${t('action.retryNow')}</button>
    </div>`;
  }

  #content() {
    if (this.fault && session.state === 'unknown') return failure(this.fault, () => this.#start());
    if (this.fault) return failure(this.fault, () => this.#route());
    if (this.page === 'missing') return empty(t('shell.noPage'), t('shell.noPageHint'), nothing, {page: true});
    if (this.page === 'forbidden') return empty(advice({code: 'permission_denied'}), t('shell.forbiddenHint', {role: t(`role.${session.caller.role}`)}), nothing, {page: true});
    return this.page ?? skeleton(6);
  }
}

customElements.define('tg-shell', Shell);
