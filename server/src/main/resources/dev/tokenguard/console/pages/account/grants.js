// The grants of an account, in the order in which they burn.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {typeTitle} from '../../catalog.js';
import {big, dateTime, number} from '../../format.js';
import {t} from '../../i18n.js';
import {may} from '../../session.js';
import {AccountSection} from './section.js';
import {grantTokens, revokeGrant} from './token-changes.js';
import '../../components/list.js';
import '../../components/time.js';

class Grants extends AccountSection {
  #columns() {
    return [
      {title: t('tokens.type'), cell: (grant) => html`<bdi>${typeTitle(grant.tokenType)}</bdi>`, text: (grant) => grant.tokenType},
      {
        title: t('grant.remaining'),
        numeric: true,
        cell: (grant) => html`<span>${t('bar.of', {available: big(grant.remaining), granted: big(grant.amount)})}
          ${big(grant.held) > 0n ? html`<small class="muted">${t('grant.held', {count: big(grant.held)})}</small>` : nothing}</span>`,
        text: (grant) => grant.remaining ?? '0',
      },
      {title: t('grant.amount'), csvOnly: true, text: (grant) => grant.amount},
      {
        title: t('tokens.reason'),
        cell: (grant) => html`<span><bdi>${grant.reason}</bdi>${grant.note ? html`<small class="muted"><bdi>${grant.note}</bdi></small>` : nothing}</span>`,
        text: (grant) => grant.reason,
      },
      {title: t('tokens.note'), csvOnly: true, text: (grant) => grant.note},
      {title: t('grant.by'), cell: (grant) => (grant.actor ? html`<bdi>${grant.actor}</bdi>` : nothing), text: (grant) => grant.actor},
      {title: t('grant.priority'), numeric: true, cell: (grant) => number(grant.priority ?? 0), text: (grant) => grant.priority ?? 0},
      {title: t('grant.made'), cell: (grant) => html`<tg-time .value=${grant.createTime} form="day"></tg-time>`, text: (grant) => grant.createTime},
      {
        title: t('grant.expires'),
        cell: (grant) => (grant.state === 'GRANT_STATE_SCHEDULED'
          ? html`<span class="badge">${t('grant.starts', {time: dateTime(grant.startTime)})}</span>`
          : html`<tg-time .value=${grant.expireTime} .none=${t('grant.never')}></tg-time>`),
        text: (grant) => grant.expireTime,
      },
      {title: t('grant.id'), csvOnly: true, text: (grant) => grant.grantId},
      ...(may('RevokeGrant') ? [{
        title: t('table.actions'),
        actions: true,
        cell: (grant) => html`<button type="button" class="danger outline small"
          aria-label=${t('revoke.title', {grant: grant.grantId})}
          @click=${() => this.change(revokeGrant(this.account, this.balances, grant))}>${t('revoke.confirm')}</button>`,
      }] : []),
    ];
  }

  render() {
    const id = this.account.accountId;
    return html`<section class="panel" aria-labelledby="grants">
      <div class="panel-head"><h2 id="grants">${t('grant.list')}</h2>
        ${may('CreateGrant') ? html`<button type="button" class="secondary outline small"
          @click=${() => this.change(grantTokens(this.account, this.balances))}>${t('grant.confirm')}</button>` : nothing}
      </div>
      <tg-list .of=${id} file=${`${id}-grants`} .caption=${t('grant.list')} .columns=${this.#columns()} .rowKey=${(grant) => grant.grantId}
        .none=${{title: t('grant.noneTitle'), hint: t('grant.noneHint')}}
        .load=${async ({signal}) => ({rows: (await admin('ListGrants', {accountId: id}, {signal})).grants})}></tg-list>
    </section>`;
  }
}

customElements.define('tg-account-grants', Grants);
