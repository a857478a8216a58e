// Work that runs on an account: what it holds, until when; returned by hand if it hangs.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {featureTitle, typeTitle} from '../../catalog.js';
import {amounts} from '../../format.js';
import {t} from '../../i18n.js';
import {may} from '../../session.js';
import {AccountSection} from './section.js';
import {refundReservation} from './token-changes.js';
import '../../components/list.js';
import '../../components/time.js';

class Reservations extends AccountSection {
  #columns() {
    return [
      {title: t('reservation.id'), id: true, cell: (each) => html`<bdi>${each.reservationId}</bdi>`, text: (each) => each.reservationId},
      {title: t('reservation.feature'), cell: (each) => html`<bdi>${featureTitle(each.feature)}</bdi>`, text: (each) => each.feature},
      {title: t('member.one'), id: true, cell: (each) => (each.memberId ? html`<bdi>${each.memberId}</bdi>` : nothing), text: (each) => each.memberId},
      {title: t('reservation.holds'), cell: (each) => amounts(each.amounts, typeTitle), text: (each) => JSON.stringify(each.amounts ?? {})},
      {title: t('reservation.since'), cell: (each) => html`<tg-time .value=${each.createTime} form="relative"></tg-time>`, text: (each) => each.createTime},
      {title: t('reservation.returns'), cell: (each) => html`<tg-time .value=${each.expireTime} form="remaining"></tg-time>`, text: (each) => each.expireTime},
      ...(may('RefundReservation') ? [{
        title: t('table.actions'),
        actions: true,
        cell: (each) => html`<button type="button" class="danger outline small"
          aria-label=${t('refund.title', {reservation: each.reservationId})}
          @click=${() => this.change(refundReservation(each))}>${t('refund.confirm')}</button>`,
      }] : []),
    ];
  }

  render() {
    const id = this.account.accountId;
    return html`<section class="panel" aria-labelledby="reservations">
      <div class="panel-head"><h2 id="reservations">${t('reservation.list')}</h2></div>
      <tg-list .of=${id} file=${`${id}-reservations`} .caption=${t('reservation.list')} .columns=${this.#columns()} .rowKey=${(each) => each.reservationId}
        .pageSize=${10} .none=${{title: t('reservation.none'), hint: t('reservation.noneHint')}}
        .load=${async ({pageSize, pageToken, signal}) => {
          const answer = await admin('ListReservations', {accountId: id, pageSize, pageToken}, {signal});
          return {rows: answer.reservations, nextPageToken: answer.nextPageToken};
        }}></tg-list>
    </section>`;
  }
}

customElements.define('tg-account-reservations', Reservations);
