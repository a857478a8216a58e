// Short news at the edge of the window: what was done. Screen readers are told as well.
import {html} from 'lit';
import {t} from '../i18n.js';
import {Element} from './element.js';

const SHOWN_MS = 8_000;
const news = new EventTarget();

/** Tells what was done. */
export function toast(text) {
  news.dispatchEvent(new CustomEvent('toast', {detail: text}));
}

class Toasts extends Element {
  static properties = {list: {state: true}};

  #show = ({detail}) => {
    const item = {text: detail};
    this.list = [...this.list, item];
    setTimeout(() => this.#drop(item), SHOWN_MS);
  };

  constructor() {
    super();
    this.list = [];
  }

  connectedCallback() {
    super.connectedCallback();
    news.addEventListener('toast', this.#show);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    news.removeEventListener('toast', this.#show);
  }

  #drop(item) {
    this.list = this.list.filter((each) => each !== item);
  }

  render() {
    return html`<div class="toasts" role="status" aria-live="polite">
      ${this.list.map(
        (item) => html`<div class="toast">
          <span>${item.text}</span>
          <button type="button" class="icon-button" aria-label=${t('action.dismiss')} @click=${() => this.#drop(item)}>✕</button>
        </div>`,
      )}
    </div>`;
  }
}

customElements.define('tg-toasts', Toasts);
