// Sign in with a key or a JWT. It is sent once, and comes back as a cookie that no script can read.
import {html, nothing} from 'lit';
import {Element} from '../components/element.js';
import {textField} from '../components/fields.js';
import {advice, serverSaid} from '../components/states.js';
import {t} from '../i18n.js';
import {session} from '../session.js';

class SignInPage extends Element {
  static properties = {params: {}, query: {}, credential: {state: true}, fault: {state: true}, busy: {state: true}};

  heading() {
    return t('signin.title');
  }

  firstUpdated() {
    this.querySelector('input').focus();
  }

  async #submit(event) {
    event.preventDefault();
    const credential = (this.credential ?? '').trim();
    if (!credential) {
      this.fault = {violations: [], missing: true};
      return;
    }
    this.busy = true;
    this.fault = undefined;
    try {
      await session.signIn(credential);
      this.credential = '';
    } catch (error) {
      this.fault = error;
    }
    this.busy = false;
  }

  render() {
    const form = {
      id: 'signin',
      values: {credential: this.credential},
      errors: this.fault?.missing ? {credential: t('signin.missing')} : {},
      set: (_, value) => {
        this.credential = value;
      },
    };
    return html`<article class="signin">
      <h1>${t('signin.title')}</h1>
      ${session.ended ? html`<p class="notice" role="status">${t('signin.ended')}</p>` : nothing}
      <form @submit=${this.#submit} novalidate>
        ${textField(form, {name: 'credential', type: 'password', label: t('signin.credential'), hint: t('signin.hint'), autocomplete: 'current-password'})}
        ${this.fault && !this.fault.missing ? this.#refused() : nothing}
        <button type="submit" aria-busy=${this.busy ? 'true' : nothing} ?disabled=${this.busy}>${t('signin.enter')}</button>
      </form>
    </article>`;
  }

  #refused() {
    const unknown = this.fault.code === 'unauthenticated';
    return html`<div class="failure" role="alert">
      <p class="failure-title">${unknown ? t('signin.refused') : advice(this.fault)}</p>
      ${serverSaid(this.fault)}
    </div>`;
  }
}

customElements.define('tg-signin-page', SignInPage);
