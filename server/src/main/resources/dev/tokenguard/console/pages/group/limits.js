// Of each token type: the limit of a period, and against it what was really used.
import {html} from 'lit';
import {typeTitle} from '../../catalog.js';
import {bar, usedPercent} from '../../components/bar.js';
import {big, number, percent} from '../../format.js';
import {t} from '../../i18n.js';
import {allowancesOf, allowanceText} from '../account/names.js';
import {AccountSection} from '../account/section.js';
import '../../components/list.js';
import '../../components/time.js';

class Limits extends AccountSection {
  #columns() {
    const limits = allowancesOf(this.account.plan, this.account.allowances);
    const own = new Set((this.account.allowances ?? []).map((each) => each.tokenType));
    const figure = (key, value) => ({title: t(key), numeric: true, cell: (row) => number(value(row)), text: value});
    return [
      {title: t('tokens.type'), cell: ({tokenType}) => html`<bdi>${typeTitle(tokenType)}</bdi>`, text: ({tokenType}) => tokenType},
      {
        title: t('limits.limit'),
        cell: ({tokenType}) => html`<span>${allowanceText(limits.get(tokenType))}
          <small class="muted">${t(own.has(tokenType) ? 'limits.own' : 'limits.ofPlan')}</small></span>`,
        text: ({tokenType}) => limits.get(tokenType)?.amount ?? '',
      },
      figure('limits.granted', ({granted}) => granted ?? '0'),
      figure('balance.consumed', ({consumed}) => consumed ?? '0'),
      figure('balance.held', ({held}) => held ?? '0'),
      figure('limits.left', ({available}) => available ?? '0'),
      {title: t('balance.usedRatio'), cell: (row) => html`<span class="used"><span class="figure">${percent(usedPercent(row) / 100)}</span> ${bar(row)}</span>`, text: (row) => `${usedPercent(row)}%`},
      figure('limits.lifetime', ({lifetime}) => lifetime?.consumed ?? '0'),
      {title: t('limits.reset'), cell: ({resetTime}) => html`<tg-time .value=${resetTime} form="date" .none=${t('balance.neverResets')}></tg-time>`, text: ({resetTime}) => resetTime},
    ];
  }

  render() {
    const {accountId} = this.account;
    const rows = this.balances.filter((each) => big(each.granted) > 0n || big(each.consumed) > 0n || allowancesOf(this.account.plan, this.account.allowances).has(each.tokenType));
    return html`<section class="panel" aria-labelledby="limits">
      <div class="panel-head"><h2 id="limits">${t('limits.title')}</h2></div>
      <tg-list .of=${accountId + JSON.stringify(rows)} file=${`${accountId}-limits`} .caption=${t('limits.title')} .columns=${this.#columns()}
        .rowKey=${({tokenType}) => tokenType} .load=${async () => ({rows})}></tg-list>
    </section>`;
  }
}

customElements.define('tg-group-limits', Limits);
