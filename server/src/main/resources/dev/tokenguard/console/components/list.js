// A table that is read page by page: next, previous, all of it as CSV; skeleton, hint and fault included.
import {html, nothing} from 'lit';
import {saveCsv} from '../download.js';
import {number} from '../format.js';
import {t} from '../i18n.js';
import {Element} from './element.js';
import {Loader} from './loader.js';
import {empty, failure, skeleton} from './states.js';
import {csvRows, table} from './table.js';
import {toast} from './toasts.js';

/** Calls for one page at most: a page of the server may be empty and not be the last. */
const CALLS_A_PAGE = 20;
const CSV_PAGE = 1000;

class List extends Element {
  static properties = {
    caption: {},
    columns: {},
    /** ({pageSize, pageToken, signal}) => {rows, nextPageToken}. */
    load: {attribute: false},
    /** What the list is of, as text: when it changes, the list begins anew. */
    of: {},
    pageSize: {type: Number},
    rowKey: {attribute: false},
    /** (rows) => template: shows rows as something else than a table. */
    view: {attribute: false},
    /** {title, hint, action}: what is shown when there is nothing. */
    none: {attribute: false},
    /** Name of the CSV file, without its ending; empty for no file. */
    file: {},
    /** Writes the file instead of this list: (signal) => Promise. */
    exporter: {attribute: false},
    progress: {state: true},
  };

  #pages = [''];
  #page = new Loader(this, (signal) => this.#read(this.#pages.at(-1), this.pageSize, signal));
  #exporting;

  constructor() {
    super();
    this.pageSize = 25;
    this.rowKey = (row) => row;
    this.file = '';
    this.of = '';
    this.columns = [];
  }

  willUpdate(changed) {
    if (!changed.has('of')) return;
    this.#pages = [''];
    this.#page.clear();
    this.#page.run();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#exporting?.abort();
  }

  /** Reads the page that is shown again, quietly. */
  refresh() {
    return this.#page.run();
  }

  /** Whether the first page is shown. */
  get atStart() {
    return this.#pages.length === 1;
  }

  async #read(pageToken, pageSize, signal) {
    let rows = [];
    let token = pageToken;
    for (let call = 0; call < CALLS_A_PAGE; call += 1) {
      const page = await this.load({pageSize: pageSize - rows.length, pageToken: token, signal});
      rows = rows.concat(page.rows ?? []);
      token = page.nextPageToken ?? '';
      if (!token || rows.length >= pageSize) break;
    }
    return {rows, next: token};
  }

  #turn(pages) {
    this.#pages = pages;
    this.#page.run();
  }

  async #toCsv() {
    this.#exporting = new AbortController();
    const {signal} = this.#exporting;
    this.progress = 0;
    try {
      if (this.exporter) await this.exporter(signal);
      else saveCsv(await this.#allRows(signal), `${this.file}.csv`);
      toast(t('list.saved', {file: `${this.file}.csv`}));
    } catch (error) {
      if (!signal.aborted) toast(t('list.notSaved', {reason: error.message}));
    }
    this.progress = undefined;
  }

  async #allRows(signal) {
    let all = csvRows(this.columns, []);
    let token = '';
    do {
      const page = await this.load({pageSize: CSV_PAGE, pageToken: token, signal});
      all = all.concat(csvRows(this.columns, page.rows ?? []).slice(1));
      token = page.nextPageToken ?? '';
      this.progress = all.length - 1;
    } while (token);
    return all;
  }

  render() {
    const page = this.#page;
    if (page.data === undefined) return page.error ? failure(page.error, () => page.run()) : skeleton(6);
    const {rows, next} = page.data;
    return html`
      ${page.error ? failure(page.error, () => page.run()) : nothing}
      <div class="list" aria-busy=${page.busy}>
        ${rows.length > 0 ? this.#rows(rows) : this.#nothing(next)}
        ${this.#foot(rows, next)}
      </div>`;
  }

  #rows(rows) {
    return this.view ? this.view(rows) : table({caption: this.caption, columns: this.columns, rows, key: this.rowKey});
  }

  #nothing(next) {
    if (next) return empty(t('list.noneYet'), t('list.noneYetHint'));
    if (!this.atStart) return empty(t('list.end'));
    const {title, hint, action} = this.none ?? {};
    return empty(title ?? t('list.none'), hint, action);
  }

  #foot(rows, next) {
    const paged = next || !this.atStart;
    if (!paged && (rows.length === 0 || !this.file)) return nothing;
    return html`<div class="list-foot">
      ${paged ? this.#pager(next) : nothing}
      <span class="muted grow">${t('list.rows', {count: rows.length})}</span>
      ${this.file ? this.#csvButton() : nothing}
    </div>`;
  }

  #pager(next) {
    const busy = this.#page.busy;
    return html`<nav class="pager" aria-label=${t('list.pages', {table: this.caption})}>
      <button type="button" class="secondary outline small" ?disabled=${this.atStart || busy}
        @click=${() => this.#turn(this.#pages.slice(0, -1))}>${t('list.previous')}</button>
      <span class="muted">${t('list.page', {page: this.#pages.length})}</span>
      <button type="button" class="secondary outline small" ?disabled=${!next || busy}
        @click=${() => this.#turn([...this.#pages, next])}>${t('list.next')}</button>
    </nav>`;
  }

  #csvButton() {
    if (this.progress === undefined) {
      return html`<button type="button" class="secondary outline small" @click=${() => this.#toCsv()}
        aria-label=${t('list.csvOf', {table: this.caption})}>${t('list.csv')}</button>`;
    }
    return html`<span class="muted" role="status">${t('list.reading', {rows: number(this.progress)})}</span>
      <button type="button" class="secondary outline small" @click=${() => this.#exporting.abort()}>${t('action.cancel')}</button>`;
  }
}

customElements.define('tg-list', List);
