// Language, theme, who is signed in and the way out: at the end of the bar.
import {html, nothing} from 'lit';
import {language, LANGUAGES, setLanguage, t} from '../i18n.js';
import {session} from '../session.js';
import {Element} from './element.js';

const THEMES = ['auto', 'light', 'dark'];
const SIGNS = {auto: '◐', light: '☀', dark: '☾'};

class Preferences extends Element {
  #refresh = () => this.requestUpdate();

  connectedCallback() {
    super.connectedCallback();
    session.addEventListener('change', this.#refresh);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    session.removeEventListener('change', this.#refresh);
  }

  #theme() {
    return document.documentElement.dataset.theme ?? 'auto';
  }

  #nextTheme() {
    const theme = THEMES[(THEMES.indexOf(this.#theme()) + 1) % THEMES.length];
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem('tokenguard.theme', theme);
    } catch {
      // Not kept then.
    }
    this.requestUpdate();
  }

  render() {
    const theme = this.#theme();
    return html`<div class="preferences">
      ${session.caller ? this.#caller() : nothing}
      <select class="small" aria-label=${t('shell.language')} @change=${(event) => setLanguage(event.target.value)}>
        ${LANGUAGES.map(({code, name, locale}) => html`<option value=${code} lang=${locale} ?selected=${code === language().code}>${name}</option>`)}
      </select>
      <button type="button" class="icon-button" @click=${this.#nextTheme} title=${t(`theme.${theme}`)}
        aria-label=${t('shell.theme', {theme: t(`theme.${theme}`)})}>${SIGNS[theme]}</button>
      ${session.caller ? this.#way() : nothing}
    </div>`;
  }

  /** Out, or in for who came without a credential. */
  #way() {
    return session.signedIn
      ? html`<button type="button" class="secondary outline small" @click=${() => session.signOut()}>${t('shell.signOut')}</button>`
      : html`<button type="button" class="secondary outline small" @click=${() => session.leave()}>${t('signin.enter')}</button>`;
  }

  #caller() {
    const {name, role, namespace, allAccounts} = session.caller;
    const about = [namespace, allAccounts ? '' : t('shell.limited')].filter(Boolean).join(' · ');
    return html`<span class="caller" title=${about}><bdi>${name}</bdi> <span class="badge">${t(`role.${role}`)}</span></span>`;
  }
}

customElements.define('tg-preferences', Preferences);
