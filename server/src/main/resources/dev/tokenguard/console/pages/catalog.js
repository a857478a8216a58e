// The catalog in force: plans, features and what they cost; whether a later file was refused, and why.
import {html, nothing} from 'lit';
import {admin} from '../api.js';
import {planTitle} from '../catalog.js';
import {Element} from '../components/element.js';
import {Loader} from '../components/loader.js';
import {t} from '../i18n.js';
import {featureColumns, planColumns, typeColumns} from './catalog/columns.js';
import './catalog/calculator.js';
import '../components/list.js';
import '../components/time.js';

const AGAIN_MS = 15_000;

class CatalogPage extends Element {
  static properties = {params: {}, query: {}};

  #catalog = new Loader(this, (signal) => admin('GetCatalog', {}, {signal}));
  #timer;

  heading() {
    return t('nav.catalog');
  }

  connectedCallback() {
    super.connectedCallback();
    this.#catalog.run();
    // Who changes the file looks here for what became of it.
    this.#timer = setInterval(() => document.hidden || this.#catalog.run(), AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  render() {
    return html`
      <div class="page-head"><h1>${t('nav.catalog')}</h1></div>
      ${this.#catalog.show((catalog) => this.#page(catalog), {lines: 10})}`;
  }

  #page(catalog) {
    const {plans = [], features = [], tokenTypes = []} = catalog;
    return html`
      ${rejection(catalog.rejection)}
      ${facts(catalog)}
      <tg-calculator .catalog=${catalog} .query=${this.query}></tg-calculator>
      ${part('catalog-plans', t('catalog.plans'), planColumns(catalog), plans)}
      ${part('catalog-features', t('catalog.features'), featureColumns(catalog), features)}
      ${part('catalog-types', t('catalog.types'), typeColumns(), tokenTypes)}`;
  }
}

function rejection(refused) {
  if (!refused) return nothing;
  return html`<div class="failure" role="alert">
    <p class="failure-title">${t('catalog.rejected')}</p>
    <p>${t('catalog.rejectedHint')} <tg-time .value=${refused.time}></tg-time></p>
    <pre class="said" lang="en" dir="ltr" tabindex="0">${refused.error}</pre>
  </div>`;
}

function facts({loadTime, revision, sha256, defaultPlan}) {
  return html`<section class="panel" aria-labelledby="in-force">
    <div class="panel-head"><h2 id="in-force">${t('catalog.inForce')}</h2></div>
    <dl class="facts">
      <div><dt>${t('catalog.loaded')}</dt><dd><tg-time .value=${loadTime}></tg-time></dd></div>
      <div><dt>${t('catalog.revision')}</dt><dd>${t('catalog.revisionOf', {count: Number(revision ?? 0)})}</dd></div>
      <div><dt>${t('catalog.defaultPlan')}</dt><dd>${defaultPlan ? html`<bdi>${planTitle(defaultPlan)}</bdi>` : t('catalog.noDefaultPlan')}</dd></div>
      <div class="fact-long"><dt>${t('catalog.sha')}</dt><dd>${sha256 ? html`<code dir="ltr">${sha256}</code>` : t('catalog.noFile')}</dd></div>
    </dl>
  </section>`;
}

function part(id, title, columns, rows) {
  return html`<section class="panel" aria-labelledby=${id}>
    <div class="panel-head"><h2 id=${id}>${title}</h2></div>
    <tg-list .of=${JSON.stringify(rows)} file=${id} .caption=${title} .columns=${columns} .rowKey=${({name}) => name}
      .none=${{title: t('catalog.noRows')}} .load=${pages(rows)}></tg-list>
  </section>`;
}

/** Rows that are there already, page by page. */
function pages(rows) {
  return async ({pageSize, pageToken}) => {
    const start = Number(pageToken || 0);
    const end = start + pageSize;
    return {rows: rows.slice(start, end), nextPageToken: end < rows.length ? String(end) : ''};
  };
}

customElements.define('tg-catalog-page', CatalogPage);
