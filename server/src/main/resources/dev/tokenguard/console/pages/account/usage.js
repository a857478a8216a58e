// What an account was charged: by day, by feature, by member.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {featureTitle, typeTitle} from '../../catalog.js';
import {selectField} from '../../components/fields.js';
import {Loader} from '../../components/loader.js';
import {empty, failure} from '../../components/states.js';
import {toast} from '../../components/toasts.js';
import {exportFile} from '../../download.js';
import {big, day} from '../../format.js';
import {t} from '../../i18n.js';
import {go, href} from '../../router.js';
import {may} from '../../session.js';
import {typeChoices} from './names.js';
import {AccountSection} from './section.js';
import '../../components/chart.js';

const SPANS = [7, 30, 90];
const DAY_MS = 86_400_000;
const TOP = 15;

class Usage extends AccountSection {
  #usage = new Loader(this, (signal) => this.#read(signal));
  #of;

  willUpdate() {
    const of = `${this.account.accountId} ${this.#days()} ${this.query.type}`;
    if (of === this.#of) return;
    this.#of = of;
    this.#usage.clear();
    this.#usage.run();
  }

  refresh() {
    this.#usage.run();
  }

  #days() {
    return SPANS.includes(Number(this.query.days)) ? Number(this.query.days) : 30;
  }

  async #read(signal) {
    const common = {accountId: this.account.accountId, tokenType: this.query.type ?? ''};
    // The last day is today in the account's zone, which only the server knows.
    const {startDate, endDate} = await admin('GetUsage', {...common, limit: 1}, {signal});
    const start = new Date(Date.parse(endDate ?? startDate) - (this.#days() - 1) * DAY_MS).toISOString().slice(0, 10);
    const by = (...groupBy) => admin('GetUsage', {...common, startDate: start, endDate, groupBy: groupBy.map((each) => `USAGE_DIMENSION_${each}`), limit: 10_000}, {signal});
    const [days, features, members] = await Promise.all([by('DAY', 'TOKEN_TYPE'), by('FEATURE', 'TOKEN_TYPE'), by('MEMBER', 'TOKEN_TYPE')]);
    return {start, end: endDate, days: days.rows ?? [], features: features.rows ?? [], members: members.rows ?? []};
  }

  #set = (name, value) => go(href(this.place ?? ['accounts', this.account.accountId], {...this.query, [name]: value}), {replace: true});

  async #export() {
    const {start, end} = this.#usage.data;
    const id = this.account.accountId;
    try {
      await exportFile({kind: 'EXPORT_KIND_USAGE', accountId: id, startDate: start, endDate: end}, `${id}-usage.csv`);
    } catch (error) {
      toast(t('list.notSaved', {reason: error.message}));
    }
  }

  render() {
    const form = {id: 'usage', values: {days: String(this.#days()), type: this.query.type ?? ''}, set: this.#set};
    return html`<section class="panel" aria-labelledby="usage">
      <div class="panel-head"><h2 id="usage">${t('usage.title')}</h2>
        ${may('Export') && this.#usage.data ? html`<button type="button" class="secondary outline small" @click=${() => this.#export()}>${t('list.csv')}</button>` : nothing}
      </div>
      <form class="filters" @submit=${(event) => event.preventDefault()}>
        ${selectField(form, {name: 'days', label: t('usage.span'), choices: SPANS.map((count) => ({value: String(count), label: t('usage.days', {count})}))})}
        ${selectField(form, {name: 'type', label: t('tokens.type'), choices: [{value: '', label: t('filter.all')}, ...typeChoices()]})}
      </form>
      ${this.#usage.error && this.#usage.data ? failure(this.#usage.error, () => this.#usage.run()) : nothing}
      ${this.#usage.show((usage) => this.#charts(usage), {lines: 8})}
    </section>`;
  }

  #charts({start, end, days, features, members}) {
    if (days.length === 0) return empty(t('usage.none'), t('usage.noneHint'));
    const id = this.account.accountId;
    const byDay = grouped(days, 'day', dates(start, end));
    const byFeature = grouped(features, 'feature');
    const byMember = grouped(members, 'memberId');
    return html`
      <tg-chart stacked .caption=${t('usage.byDay')} .axis=${t('chart.day')} .labels=${byDay.names.map(day)} .series=${byDay.series} file=${`${id}-usage-by-day`}></tg-chart>
      <div class="grid-2">
        <tg-chart stacked sideways .caption=${t('usage.byFeature')} .axis=${t('reservation.feature')} .labels=${byFeature.names.map((name) => featureTitle(name) || t('usage.noFeature'))} .series=${byFeature.series} file=${`${id}-usage-by-feature`}></tg-chart>
        <tg-chart stacked sideways .caption=${t('usage.byMember')} .axis=${t('member.one')} .labels=${byMember.names.map((name) => name || t('usage.nobody'))} .series=${byMember.series} file=${`${id}-usage-by-member`}></tg-chart>
      </div>`;
  }
}

/** Rows as a series for each token type over names; without given names those of the largest sums. */
function grouped(rows, field, given) {
  const sums = new Map();
  const types = new Set();
  for (const row of rows) {
    const name = row[field] ?? '';
    types.add(row.tokenType);
    if (!sums.has(name)) sums.set(name, new Map());
    const of = sums.get(name);
    of.set(row.tokenType, (of.get(row.tokenType) ?? 0n) + big(row.amount));
  }
  const total = (name) => [...sums.get(name).values()].reduce((sum, each) => sum + each, 0n);
  const names = given ?? [...sums.keys()].sort((a, b) => (total(a) < total(b) ? 1 : -1)).slice(0, TOP);
  const series = [...types].sort().map((type, index) => ({
    label: typeTitle(type),
    values: names.map((name) => sums.get(name)?.get(type) ?? 0n),
    colour: `--series-${(index % 8) + 1}`,
  }));
  return {names, series};
}

function dates(start, end) {
  const all = [];
  for (let time = Date.parse(start); time <= Date.parse(end); time += DAY_MS) all.push(new Date(time).toISOString().slice(0, 10));
  return all;
}

customElements.define('tg-account-usage', Usage);
