// How TokenGuard is doing: decisions today, tokens by day, who runs low, whether the books are in order.
import {html, nothing} from 'lit';
import {admin} from '../api.js';
import {catalog, typeTitle} from '../catalog.js';
import {Element} from '../components/element.js';
import {Loader} from '../components/loader.js';
import {empty} from '../components/states.js';
import {big, clock, day, number, percent, seconds} from '../format.js';
import {t} from '../i18n.js';
import {metric} from '../metrics.js';
import {may} from '../session.js';
import {accountColumns} from './account/columns.js';
import {denialTitle} from './account/names.js';
import '../components/chart.js';
import '../components/list.js';
import '../components/time.js';

const AGAIN_MS = 30_000;
const FIVE_MINUTES_MS = 300_000;
const DAYS = 14;

class OverviewPage extends Element {
  static properties = {params: {}, query: {}};

  #today = new Loader(this, (signal) => admin('GetActivity', {startTime: midnight().toISOString(), resolution: 'ACTIVITY_RESOLUTION_FIVE_MINUTES'}, {signal}));
  #days = new Loader(this, (signal) => admin('GetActivity', {startTime: daysAgo(DAYS).toISOString(), resolution: 'ACTIVITY_RESOLUTION_DAY'}, {signal}));
  #sweep = new Loader(this, (signal) => admin('GetSweep', {}, {signal}));
  #settings = new Loader(this, (signal) => admin('GetSettings', {}, {signal}));
  #holds = new Loader(this, (signal) => metric('tokenguard_reservations_open', signal));
  #catalog = new Loader(this, () => catalog());
  #timer;

  heading() {
    return t('nav.overview');
  }

  connectedCallback() {
    super.connectedCallback();
    this.#read();
    if (may('GetSettings')) this.#settings.run();
    this.#timer = setInterval(() => document.hidden || this.#read(), AGAIN_MS);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  #read() {
    this.#catalog.run();
    this.#holds.run();
    if (may('GetSweep')) this.#sweep.run();
    if (may('GetActivity')) {
      this.#today.run();
      this.#days.run();
    }
    this.querySelector('tg-list')?.refresh();
  }

  render() {
    const seen = ['GetActivity', 'GetSweep', 'ListAccounts', 'GetSettings'].some(may);
    return html`
      <div class="page-head"><h1>${t('nav.overview')}</h1></div>
      ${seen ? nothing : empty(t('overview.nothing'), t('overview.nothingHint'))}
      ${this.#tiles()}
      ${may('GetActivity') ? html`<div class="grid-2">
        <section class="panel">${this.#today.show((answer) => this.#decisions(answer.points ?? []), {lines: 6})}</section>
        <section class="panel">${this.#days.show((answer) => this.#tokens(answer.points ?? []), {lines: 6})}</section>
      </div>` : nothing}
      ${may('ListAccounts') ? this.#low() : nothing}`;
  }

  #tiles() {
    const {allowed, denied} = totals(this.#today.data?.points ?? []);
    const all = allowed + denied;
    const holds = this.#holds.data;
    const settings = this.#settings.data;
    return html`<dl class="tiles">
      ${this.#today.data ? tile(t('overview.allowedToday'), number(allowed)) : nothing}
      ${this.#today.data ? tile(t('overview.deniedToday'), number(denied), all > 0n ? t('overview.ofAll', {share: percent(Number((denied * 1000n) / all) / 1000)}) : '') : nothing}
      ${holds === undefined ? nothing : tile(t('overview.holds'), number(holds), t('overview.thisServer'))}
      ${this.#sweep.data ? sweepTiles(this.#sweep.data) : nothing}
      ${settings ? tile(t('overview.version'), html`<bdi>${settings.version}</bdi>`, [settings.redisVersion, `Java ${settings.javaVersion?.split('+')[0]}`].filter(Boolean).join(' · ')) : nothing}
    </dl>`;
  }

  #decisions(points) {
    if (points.length === 0) return html`<h2>${t('overview.decisions')}</h2>${empty(t('overview.noDecisions'), t('overview.noDecisionsHint'))}`;
    const {labels, allowed, denied, reasons} = fiveMinutes(points);
    return html`<tg-chart stacked .caption=${t('overview.decisions')} .axis=${t('chart.time')} .labels=${labels} file="decisions-today"
        .series=${[
          {label: t('overview.allowed'), values: allowed, colour: '--series-1'},
          {label: t('overview.denied'), values: denied, colour: '--series-2'},
        ]}></tg-chart>
      ${reasons.length > 0 ? html`<ul class="reasons">${reasons.map(([reason, count]) => html`<li><span>${denialTitle(reason)}</span> <span class="figure">${number(count)}</span></li>`)}</ul>` : nothing}`;
  }

  #tokens(points) {
    const {labels, series} = byDay(points);
    if (series.length === 0) return html`<h2>${t('overview.tokens')}</h2>${empty(t('overview.noTokens'), t('overview.noTokensHint'))}`;
    return html`<tg-chart stacked .caption=${t('overview.tokens')} .axis=${t('chart.day')} .labels=${labels} .series=${series} file="tokens-by-day"></tg-chart>`;
  }

  #low() {
    return html`<section class="panel" aria-labelledby="low">
      <div class="panel-head"><h2 id="low">${t('overview.low')}</h2></div>
      <tg-list of="low" file="low-accounts" .pageSize=${10} .caption=${t('overview.low')} .columns=${accountColumns()}
        .rowKey=${(account) => account.accountId}
        .none=${{title: t('overview.noneLow'), hint: t('overview.noneLowHint')}}
        .load=${async ({pageSize, pageToken, signal}) => {
          const answer = await admin('ListAccounts', {low: true, pageSize, pageToken}, {signal});
          return {rows: answer.accounts, nextPageToken: answer.nextPageToken};
        }}></tg-list>
    </section>`;
  }
}

function tile(title, value, note = '') {
  return html`<div class="tile"><dt>${title}</dt><dd class="figure">${value}${note ? html`<small>${note}</small>` : nothing}</dd></div>`;
}

function sweepTiles(sweep) {
  const drifted = big(sweep.drifted);
  const names = (sweep.driftedAccountIds ?? []).slice(0, 3).join(', ');
  const walk = sweep.lastWalkTime
    ? html`<tg-time .value=${sweep.lastWalkTime} form="relative"></tg-time>`
    : t('overview.neverSwept');
  const took = sweep.lastWalkTime ? t('overview.sweptIn', {count: big(sweep.accounts), time: seconds(sweep.lastWalkSeconds ?? 0)}) : t('overview.sweepComes');
  return html`${tile(t('overview.sweep'), walk, took)}
    ${tile(t('overview.audit'), drifted === 0n ? html`<span class="badge badge-ok">${t('overview.balanced')}</span>` : html`<span class="badge badge-out">${t('overview.drifted', {count: drifted})}</span>`,
      drifted === 0n ? t('overview.balancedHint') : names)}`;
}

function midnight() {
  const now = new Date();
  return new Date(now.getFullYear(), now.getMonth(), now.getDate());
}

function daysAgo(days) {
  return new Date(Math.floor(Date.now() / 86_400_000 - days + 1) * 86_400_000);
}

const deniedOf = (point) => Object.values(point.denied ?? {}).reduce((sum, each) => sum + big(each), 0n);

function totals(points) {
  return {
    allowed: points.reduce((sum, point) => sum + big(point.allowed), 0n),
    denied: points.reduce((sum, point) => sum + deniedOf(point), 0n),
  };
}

/** Today from midnight until now; spans of which there is no point had nothing in them. */
function fiveMinutes(points) {
  const known = new Map(points.map((point) => [Date.parse(point.startTime), point]));
  const reasons = new Map();
  const result = {labels: [], allowed: [], denied: []};
  for (let time = midnight().getTime(); time <= Date.now(); time += FIVE_MINUTES_MS) {
    const point = known.get(time) ?? {};
    result.labels.push(clock(time));
    result.allowed.push(big(point.allowed));
    result.denied.push(deniedOf(point));
    for (const [reason, count] of Object.entries(point.denied ?? {})) reasons.set(reason, (reasons.get(reason) ?? 0n) + big(count));
  }
  return {...result, reasons: [...reasons].sort(([, a], [, b]) => (a < b ? 1 : -1))};
}

function byDay(points) {
  const known = new Map(points.map((point) => [point.startTime.slice(0, 10), point.consumed ?? {}]));
  const days = Array.from({length: DAYS}, (_, index) => new Date(daysAgo(DAYS).getTime() + index * 86_400_000).toISOString().slice(0, 10));
  const types = [...new Set(points.flatMap((point) => Object.keys(point.consumed ?? {})))].sort();
  return {
    labels: days.map(day),
    series: types.map((type, index) => ({
      label: typeTitle(type),
      values: days.map((date) => big(known.get(date)?.[type])),
      colour: `--series-${(index % 8) + 1}`,
    })),
  };
}

customElements.define('tg-overview-page', OverviewPage);
