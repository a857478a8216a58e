// Why was this refused: the last denials of an account, with what each means.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {featureTitle, typeTitle} from '../../catalog.js';
import {big, number} from '../../format.js';
import {language, t} from '../../i18n.js';
import {denialTitle} from './names.js';
import {AccountSection} from './section.js';
import '../../components/list.js';
import '../../components/time.js';

class Denials extends AccountSection {
  #columns() {
    return [
      {title: t('denial.when'), cell: (each) => html`<tg-time .value=${each.time} form="relative"></tg-time>`, text: (each) => each.time},
      {
        title: t('denial.why'),
        cell: ({denial = {}}) => html`<span><strong>${denialTitle(denial.reason)}</strong>
          <small lang=${denial.locale ?? 'en'}><bdi>${denial.message}</bdi></small></span>`,
        text: ({denial = {}}) => denial.reason,
      },
      {title: t('reservation.feature'), cell: (each) => html`<bdi>${featureTitle(each.feature)}</bdi>`, text: (each) => each.feature},
      {title: t('member.one'), cell: (each) => (each.memberId ? html`<bdi>${each.memberId}</bdi>` : nothing), text: (each) => each.memberId},
      {
        title: t('denial.numbers'),
        cell: ({denial = {}}) => (denial.tokenType
          ? t('denial.needed', {required: big(denial.required), available: big(denial.available), type: typeTitle(denial.tokenType)})
          : nothing),
        text: ({denial = {}}) => denial.required,
      },
      {title: t('denial.count'), numeric: true, cell: (each) => number(each.count ?? 1), text: (each) => each.count ?? 1},
      {title: t('reservation.id'), id: true, cell: (each) => html`<bdi>${each.reservationId}</bdi>`, text: (each) => each.reservationId},
    ];
  }

  render() {
    const id = this.account.accountId;
    return html`<section class="panel" aria-labelledby="denials">
      <div class="panel-head"><h2 id="denials">${t('denial.list')}</h2></div>
      <tg-list .of=${`${id} ${language().code}`} file=${`${id}-denials`} .caption=${t('denial.list')} .columns=${this.#columns()}
        .none=${{title: t('denial.none'), hint: t('denial.noneHint')}}
        .load=${async ({signal}) => ({rows: (await admin('ListDenials', {accountId: id, locale: language().code}, {signal})).denials})}></tg-list>
    </section>`;
  }
}

customElements.define('tg-account-denials', Denials);
