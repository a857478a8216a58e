// The ledger of an account, newest first, with filters that are part of the address.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {featureTitle, knownCatalog, typeTitle} from '../../catalog.js';
import {selectField, textField, timeField} from '../../components/fields.js';
import {exportFile} from '../../download.js';
import {big, exactTime, fromLocalInput, number, signed} from '../../format.js';
import {t} from '../../i18n.js';
import {goSoon, href} from '../../router.js';
import {may} from '../../session.js';
import {kindTitle, typeChoices} from './names.js';
import {AccountSection} from './section.js';
import '../../components/list.js';

const KINDS = ['OPEN', 'GRANT', 'RESET', 'COMMIT', 'REFUND', 'EXPIRE', 'ADJUST'];

class History extends AccountSection {
  static properties = {values: {state: true}};

  willUpdate(changed) {
    if (changed.has('query')) this.values = {...this.query};
  }

  #set = (name, value) => {
    this.values = {...this.values, [name]: value};
    goSoon(href(['accounts', this.account.accountId], this.values));
  };

  #filter() {
    const {kind, type, feature, member, from, until} = this.query;
    return {
      kinds: kind ? [`TRANSACTION_KIND_${kind}`] : [],
      tokenType: type ?? '',
      feature: feature ?? '',
      memberId: member ?? '',
      startTime: fromLocalInput(from),
      endTime: fromLocalInput(until),
    };
  }

  refresh() {
    // Somebody who reads an older page is not interrupted.
    const list = this.querySelector('tg-list');
    if (list?.atStart) list.refresh();
  }

  render() {
    const id = this.account.accountId;
    const filter = this.#filter();
    return html`<section class="panel" aria-labelledby="history">
      <div class="panel-head"><h2 id="history">${t('history.title')}</h2></div>
      ${this.#filters()}
      <tg-list .of=${id + JSON.stringify(filter)} file=${`${id}-history`} .caption=${t('history.title')} .columns=${columns()} .rowKey=${(each) => each.revision}
        .none=${{title: t('history.none'), hint: t('history.noneHint')}}
        .exporter=${may('Export') ? (signal) => exportFile({kind: 'EXPORT_KIND_TRANSACTIONS', accountId: id, filter}, `${id}-history.csv`, signal) : undefined}
        .load=${async ({pageSize, pageToken, signal}) => {
          const answer = await admin('ListTransactions', {accountId: id, pageSize, pageToken, filter}, {signal});
          return {rows: answer.transactions, nextPageToken: answer.nextPageToken};
        }}></tg-list>
    </section>`;
  }

  #filters() {
    const form = {id: 'history', values: this.values, set: this.#set};
    const any = {value: '', label: t('filter.any')};
    return html`<form class="filters" aria-label=${t('history.filters')} @submit=${(event) => event.preventDefault()}>
      ${selectField(form, {name: 'kind', label: t('history.kind'), choices: [any, ...KINDS.map((kind) => ({value: kind, label: kindTitle(kind)}))]})}
      ${selectField(form, {name: 'type', label: t('tokens.type'), choices: [any, ...typeChoices()]})}
      ${selectField(form, {name: 'feature', label: t('reservation.feature'), choices: [any, ...knownCatalog().features.map(({name}) => ({value: name, label: featureTitle(name)}))]})}
      ${textField(form, {name: 'member', type: 'search', label: t('member.one'), maxlength: 128})}
      ${timeField(form, {name: 'from', label: t('history.from')})}
      ${timeField(form, {name: 'until', label: t('history.until')})}
    </form>`;
  }
}

function columns() {
  return [
    {title: t('history.time'), cell: (each) => html`<time datetime=${each.time}>${exactTime(each.time)}</time>`, text: (each) => each.time},
    {
      title: t('history.kind'),
      cell: (each) => html`<span>${kindTitle(each.kind)} ${each.late ? html`<span class="badge badge-low">${t('history.late')}</span>` : nothing}</span>`,
      text: (each) => each.kind,
    },
    {title: t('history.change'), numeric: true, cell: (each) => lines(each, change), text: (each) => JSON.stringify(each.lines ?? [])},
    {title: t('history.balance'), numeric: true, cell: (each) => lines(each, (line) => number(line.balance))},
    {title: t('reservation.feature'), cell: (each) => (each.feature ? html`<bdi>${featureTitle(each.feature)}</bdi>` : nothing), text: (each) => each.feature},
    {title: t('member.one'), cell: (each) => (each.memberId ? html`<bdi>${each.memberId}</bdi>` : nothing), text: (each) => each.memberId},
    {title: t('history.about'), cell: about, text: (each) => each.reservationId},
  ];
}

function lines(transaction, value) {
  const all = transaction.lines ?? [];
  if (all.length === 0) return nothing;
  return html`<span>${all.map((line) => html`<span class="line">${value(line)}</span>`)}</span>`;
}

/** What it did, in the words of the ledger: a refund changes nothing that one has, it only returns. */
function change(line) {
  const type = typeTitle(line.tokenType);
  if (big(line.amount) === 0n && big(line.released) > 0n) return t('history.returned', {count: big(line.released), type});
  return t('history.line', {amount: signed(line.amount), type});
}

function about(transaction) {
  const {actor, note} = transaction.metadata ?? {};
  const extra = [transaction.reason, note, actor && t('history.by', {actor})].filter(Boolean).join(' · ');
  if (!transaction.reservationId && !extra) return nothing;
  return html`<span>${transaction.reservationId ? html`<bdi>${transaction.reservationId}</bdi>` : nothing}
    ${extra ? html`<small class="muted"><bdi>${extra}</bdi></small>` : nothing}</span>`;
}

customElements.define('tg-account-history', History);
