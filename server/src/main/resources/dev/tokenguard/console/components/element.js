// What every element of the console is: in the page's own tree, so that Pico's styles, labels and links by
// id work as in plain HTML, and drawn anew when the language changes.
import {LitElement} from 'lit';
import {languages} from '../i18n.js';

export class Element extends LitElement {
  #redraw = () => this.requestUpdate();

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    languages.addEventListener('change', this.#redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    languages.removeEventListener('change', this.#redraw);
  }
}

let ids = 0;

/** An id for an element, for labels and descriptions. */
export function uniqueId(prefix) {
  ids += 1;
  return `${prefix}-${ids}`;
}
