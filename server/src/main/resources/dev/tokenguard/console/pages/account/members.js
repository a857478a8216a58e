// Who acts on behalf of an account, what each has used, and what each may use at most.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {typeTitle} from '../../catalog.js';
import {miniBar} from '../../components/bar.js';
import {checkField} from '../../components/fields.js';
import {big, number} from '../../format.js';
import {t} from '../../i18n.js';
import {accountHref} from '../../router.js';
import {may} from '../../session.js';
import {addMember, capMember, removeMember} from './member-changes.js';
import {AccountSection} from './section.js';
import '../../components/list.js';

class Members extends AccountSection {
  static properties = {counted: {state: true}};

  #columns() {
    return [
      {
        title: t('member.one'),
        cell: (member) => html`<span>${may('GetAccount') ? html`<a href=${accountHref(member.memberId)}><bdi>${member.memberId}</bdi></a>` : html`<bdi>${member.memberId}</bdi>`}
          ${member.added ? nothing : html`<span class="badge">${t('member.countedOnly')}</span>`}</span>`,
        text: (member) => member.memberId,
      },
      {
        title: t('member.used'),
        cell: memberBars,
        text: (member) => (member.balances ?? []).map((each) => `${each.tokenType} ${each.consumed ?? 0}`).join('; '),
      },
      {title: t('member.caps'), csvOnly: true, text: (member) => JSON.stringify(member.caps ?? {})},
      ...(may('UpdateMember') || may('RemoveMember') ? [{
        title: t('table.actions'),
        actions: true,
        cell: (member) => html`<span class="buttons">
          ${may('UpdateMember') ? html`<button type="button" class="secondary outline small" aria-label=${t('member.capTitle', {member: member.memberId})}
            @click=${() => this.change(capMember(this.account, member))}>${t('member.cap')}</button>` : nothing}
          ${may('RemoveMember') && member.added ? html`<button type="button" class="danger outline small" aria-label=${t('member.removeTitle', {member: member.memberId, account: member.accountId})}
            @click=${() => this.change(removeMember(this.account, member))}>${t('member.removeConfirm')}</button>` : nothing}
        </span>`,
      }] : []),
    ];
  }

  render() {
    const id = this.account.accountId;
    const form = {id: 'members', values: {counted: this.counted}, set: (_, value) => {
      this.counted = value;
    }};
    return html`<section class="panel" aria-labelledby="members">
      <div class="panel-head"><h2 id="members">${t('member.list')}</h2>
        ${checkField(form, {name: 'counted', label: t('member.showCounted')})}
        ${may('AddMember') ? html`<button type="button" class="secondary outline small" @click=${() => this.change(addMember(this.account))}>${t('member.addConfirm')}</button>` : nothing}
      </div>
      <tg-list .of=${`${id} ${this.counted}`} file=${`${id}-members`} .caption=${t('member.list')} .columns=${this.#columns()} .rowKey=${(member) => member.memberId}
        .none=${{title: t('member.none'), hint: t('member.noneHint')}}
        .load=${async ({pageSize, pageToken, signal}) => {
          const answer = await admin('ListMembers', {accountId: id, pageSize, pageToken, showCounted: Boolean(this.counted)}, {signal});
          return {rows: answer.members, nextPageToken: answer.nextPageToken};
        }}></tg-list>
    </section>`;
  }
}

/** What a member has used of each token type. */
export function memberBars(member) {
  return html`<div class="mini-bars">${(member.balances ?? []).map(memberBar)}</div>`;
}

/** Against the cap; without one, only the number. */
function memberBar(balance) {
  const used = big(balance.consumed) + big(balance.held);
  if (balance.cap === undefined) {
    return html`<div class="mini-bar"><span class="mini-bar-text"><bdi>${typeTitle(balance.tokenType)}</bdi>
      <span class="figure">${number(used)} <span class="muted">${t('member.noCap')}</span></span></span></div>`;
  }
  const cap = big(balance.cap);
  const available = cap > used ? cap - used : 0n;
  return miniBar({...balance, granted: cap, available});
}

customElements.define('tg-account-members', Members);
