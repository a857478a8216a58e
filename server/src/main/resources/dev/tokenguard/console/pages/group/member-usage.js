// What each member was charged in the days that are looked at, the largest first.
import {html} from 'lit';
import {admin} from '../../api.js';
import {typeTitle} from '../../catalog.js';
import {big, number} from '../../format.js';
import {t} from '../../i18n.js';
import {AccountSection} from '../account/section.js';
import '../../components/list.js';

const MOST_ROWS = 10_000;
const DAY_MS = 86_400_000;

class MemberUsage extends AccountSection {
  static properties = {types: {state: true}};

  #all = [];

  constructor() {
    super();
    this.types = [];
  }

  async #read(signal) {
    const days = Number(this.query.days) || 30;
    const common = {accountId: this.account.accountId, tokenType: this.query.type ?? ''};
    // The last day is today in the group's zone, which only the server knows.
    const {endDate} = await admin('GetUsage', {...common, limit: 1}, {signal});
    const startDate = new Date(Date.parse(endDate) - (days - 1) * DAY_MS).toISOString().slice(0, 10);
    const answer = await admin('GetUsage', {...common, startDate, endDate, groupBy: ['USAGE_DIMENSION_MEMBER', 'USAGE_DIMENSION_TOKEN_TYPE'], limit: MOST_ROWS}, {signal});
    const rows = answer.rows ?? [];
    this.types = [...new Set(rows.map(({tokenType}) => tokenType))].sort();
    return byMember(rows);
  }

  /** All of it was read at once; the list shows it page by page. */
  #load = async ({pageSize, pageToken, signal}) => {
    const start = Number(pageToken || 0);
    if (start === 0) this.#all = await this.#read(signal);
    const end = start + pageSize;
    return {rows: this.#all.slice(start, end), nextPageToken: end < this.#all.length ? String(end) : ''};
  };

  refresh() {
    const list = this.querySelector('tg-list');
    if (list?.atStart) list.refresh();
  }

  render() {
    const id = this.account.accountId;
    return html`<section class="panel" aria-labelledby="member-usage">
      <div class="panel-head"><h2 id="member-usage">${t('usage.byMember')}</h2></div>
      <tg-list .of=${`${id} ${this.query.days} ${this.query.type}`} file=${`${id}-usage-by-member`} .caption=${t('usage.byMember')}
        .columns=${columns(this.types)} .rowKey=${(row) => row.memberId}
        .none=${{title: t('usage.none'), hint: t('usage.noneHint')}} .load=${this.#load}></tg-list>
    </section>`;
  }
}

function byMember(rows) {
  const members = new Map();
  for (const {memberId = '', tokenType, amount} of rows) {
    if (!members.has(memberId)) members.set(memberId, {memberId, amounts: new Map()});
    members.get(memberId).amounts.set(tokenType, big(amount));
  }
  return [...members.values()];
}

function columns(types) {
  return [
    {title: t('member.one'), id: true, cell: ({memberId}) => (memberId ? html`<bdi dir="ltr">${memberId}</bdi>` : t('usage.nobody')), text: ({memberId}) => memberId},
    ...types.map((type) => ({title: typeTitle(type), numeric: true, cell: ({amounts}) => number(amounts.get(type) ?? 0n), text: ({amounts}) => String(amounts.get(type) ?? 0n)})),
  ];
}

customElements.define('tg-group-member-usage', MemberUsage);
