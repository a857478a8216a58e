// A change, asked for in a dialog: fields, then in words what will happen, then a button that says so.
import {html, nothing} from 'lit';
import {newRequestId} from '../api.js';
import {t} from '../i18n.js';
import {Element} from './element.js';
import {textField} from './fields.js';
import {advice, serverSaid} from './states.js';
import {toast} from './toasts.js';

/**
 * Opens a dialog for a change and gives its answer, or undefined if nobody confirmed.
 *
 * @param change
 *   - `title`
 *   - `values`: what the fields start with
 *   - `fields(form)`: a template of fields; see fields.js
 *   - `check(values)`: {name: what is wrong with it}; such a change cannot be confirmed
 *   - `explain(values)`: texts that say what will happen, shown as a list
 *   - `confirm`: the words of the button, or (values) => words
 *   - `danger`: it takes something away
 *   - `retype`: a text to be typed before it can be confirmed
 *   - `submit(values, requestId)`: carries it out
 *   - `done(answer, values)`: what to say when it is done
 *   - `stale(values)`: after ABORTED, reads how it is now and gives texts that say so
 */
export function openDialog(change) {
  const dialog = document.createElement('tg-dialog');
  dialog.change = change;
  document.body.append(dialog);
  return dialog.answer;
}

/** Without the marks of direction that a copy of the label brings along. */
const typed = (text) => text?.replace(/[\u2066-\u2069]/g, '').trim();

class Dialog extends Element {
  static properties = {
    change: {attribute: false},
    values: {state: true},
    problem: {state: true},
    news: {state: true},
    busy: {state: true},
    tried: {state: true},
  };

  #requestId = newRequestId();
  #settle;
  #opener = document.activeElement;

  constructor() {
    super();
    this.answer = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  willUpdate(changed) {
    if (changed.has('change') && this.values === undefined) this.values = {...this.change.values};
  }

  firstUpdated() {
    this.querySelector('dialog').showModal();
    this.querySelector('input:not([type=checkbox]), select')?.focus();
  }

  #set = (name, value) => {
    this.values = {...this.values, [name]: value};
  };

  #errors() {
    const errors = {...this.#violations()};
    for (const [name, text] of Object.entries(this.change.check?.(this.values) ?? {})) {
      if (text) errors[name] = text;
    }
    return errors;
  }

  /** What the server found wrong, by field: `account.expire_time` is of the field `expireTime`. */
  #violations() {
    const found = {};
    for (const {field, description} of this.problem?.violations ?? []) {
      const last = field.split('.').at(-1).replace(/\[.*/, '');
      found[last.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())] = description;
    }
    return found;
  }

  async #submit(event) {
    event.preventDefault();
    this.tried = true;
    if (this.busy || !this.#ready()) return;
    this.busy = true;
    this.problem = undefined;
    try {
      const answer = await this.change.submit(this.values, this.#requestId);
      if (this.change.done) toast(this.change.done(answer, this.values));
      this.#close(answer ?? {});
    } catch (error) {
      this.problem = error;
      this.news = error.code === 'aborted' && this.change.stale ? await this.#readAgain() : undefined;
    }
    this.busy = false;
  }

  async #readAgain() {
    // What is asked for now is another change than the one that came too late.
    this.#requestId = newRequestId();
    try {
      return await this.change.stale(this.values);
    } catch {
      return undefined;
    }
  }

  #ready() {
    const open = Object.values(this.change.check?.(this.values) ?? {}).some(Boolean);
    return !open && (!this.change.retype || typed(this.values.retyped) === this.change.retype);
  }

  #close(answer) {
    this.querySelector('dialog').close();
    this.remove();
    this.#settle(answer);
    if (this.#opener?.isConnected) this.#opener.focus();
  }

  #cancel(event) {
    event.preventDefault();
    if (!this.busy) this.#close(undefined);
  }

  render() {
    const {title, fields, explain, confirm, danger, retype} = this.change;
    const form = {id: 'dialog', values: this.values, errors: this.tried ? this.#errors() : {}, set: this.#set};
    const words = typeof confirm === 'function' ? confirm(this.values) : confirm;
    const texts = this.#ready() || !this.change.check ? explain?.(this.values) : undefined;
    return html`<dialog aria-labelledby="dialog-title" @cancel=${this.#cancel}>
      <article>
        <header>
          <h2 id="dialog-title">${title}</h2>
          <button type="button" class="icon-button" aria-label=${t('action.close')} @click=${this.#cancel}>✕</button>
        </header>
        <form novalidate @submit=${this.#submit}>
          ${fields?.(form) ?? nothing} ${this.#consequences(texts ?? explain?.(this.values))}
          ${retype ? textField(form, {name: 'retyped', label: t('dialog.retype', {text: retype})}) : nothing}
          ${this.#fault()}
          <footer>
            <button type="button" class="secondary outline" ?disabled=${this.busy} @click=${this.#cancel}>${t('action.cancel')}</button>
            <button type="submit" class=${danger ? 'danger' : ''} aria-busy=${this.busy ? 'true' : nothing}
              ?disabled=${this.busy || (retype && !this.#ready())}>${words}</button>
          </footer>
        </form>
      </article>
    </dialog>`;
  }

  #consequences(texts) {
    const told = (texts ?? []).filter(Boolean);
    if (told.length === 0) return nothing;
    return html`<section class="consequences" aria-live="polite" aria-label=${t('dialog.happens')}>
      <h3>${t('dialog.happens')}</h3>
      <ul>${told.map((text) => html`<li>${text}</li>`)}</ul>
    </section>`;
  }

  #means() {
    if (this.news) return t('dialog.changedMeanwhile');
    return this.problem.passing ? t('dialog.retrySafe') : advice(this.problem);
  }

  #fault() {
    if (!this.problem) return nothing;
    return html`<div class="failure" role="alert">
      <p class="failure-title">${this.#means()}</p>
      ${this.news ? html`<ul>${this.news.map((text) => html`<li>${text}</li>`)}</ul>` : serverSaid(this.problem)}
    </div>`;
  }
}

customElements.define('tg-dialog', Dialog);
