// A part of an account's page: knows the account, its balances as they are now, and says when it changed
// something, so that the page reads what it shows again.
import {Element} from '../../components/element.js';

export class AccountSection extends Element {
  static properties = {
    account: {attribute: false},
    balances: {attribute: false},
    /** Rises when the account changed: what is shown is read again. */
    revision: {},
    /** The part of the address after `?`, and the parts of the path before it. */
    query: {attribute: false},
    place: {attribute: false},
  };

  constructor() {
    super();
    this.balances = [];
    this.query = {};
  }

  updated(changed) {
    const before = changed.get('revision');
    if (before !== undefined && before !== this.revision) this.refresh();
  }

  /** Reads again. */
  refresh() {
    this.querySelector('tg-list')?.refresh();
  }

  /** Opens a dialog, and tells the page if something came of it. */
  async change(dialog) {
    const answer = await dialog;
    if (answer === undefined) return;
    this.refresh();
    this.dispatchEvent(new CustomEvent('changed', {bubbles: true, detail: answer}));
  }
}
