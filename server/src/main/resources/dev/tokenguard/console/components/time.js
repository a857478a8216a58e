// A time as a date, with how far off it is, which goes on by itself: "Nov 22, 00:00 · in 5 hr 49 min".
import {html} from 'lit';
import {dateOnly, dateTime, exactTime, relative, remaining} from '../format.js';
import {t} from '../i18n.js';
import {Element} from './element.js';

const clocks = new Set();
setInterval(() => document.hidden || clocks.forEach((each) => each.requestUpdate()), 1_000);

class Time extends Element {
  static properties = {
    value: {},
    /** `both`, `relative`, `remaining`, `date` or `day`. */
    form: {},
    /** What is said when there is no time. */
    none: {},
  };

  constructor() {
    super();
    this.form = 'both';
    this.none = '–';
  }

  connectedCallback() {
    super.connectedCallback();
    clocks.add(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clocks.delete(this);
  }

  render() {
    if (!this.value) return html`<span class="muted">${this.none}</span>`;
    return html`<time class=${this.form} datetime=${this.value} title=${exactTime(this.value)}>${this.#text()}</time>`;
  }

  #text() {
    if (this.form === 'day') return dateOnly(this.value);
    if (this.form === 'date') return dateTime(this.value);
    if (this.form === 'relative') return relative(this.value);
    const left = new Date(this.value).getTime() > Date.now() ? t('time.in', {left: remaining(this.value)}) : relative(this.value);
    if (this.form === 'remaining') return left;
    return html`<span class="nowrap">${dateTime(this.value)} <span class="muted">·</span></span> <span class="muted nowrap">${left}</span>`;
  }
}

customElements.define('tg-time', Time);
