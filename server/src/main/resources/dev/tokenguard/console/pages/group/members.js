// The members of a group with what each has used, to be added and removed many at a time.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {knownCatalog} from '../../catalog.js';
import {big} from '../../format.js';
import {t} from '../../i18n.js';
import {accountHref} from '../../router.js';
import {may} from '../../session.js';
import {capMember} from '../account/member-changes.js';
import {memberBars} from '../account/members.js';
import {AccountSection} from '../account/section.js';
import {addUsers, removeUsers} from './bulk.js';
import '../../components/list.js';

class GroupMembers extends AccountSection {
  static properties = {chosen: {state: true}};

  constructor() {
    super();
    this.chosen = new Set();
  }

  willUpdate(changed) {
    if (changed.has('account') && changed.get('account')?.accountId !== this.account.accountId) this.chosen = new Set();
  }

  #choose(id, chosen) {
    const ids = new Set(this.chosen);
    if (chosen) ids.add(id);
    else ids.delete(id);
    this.chosen = ids;
  }

  /** Once they are removed, they are chosen no more. */
  async #remove() {
    const removed = removeUsers(this.account, [...this.chosen]);
    await this.change(removed);
    if (await removed) this.chosen = new Set();
  }

  #columns() {
    const selectable = may('BatchRemoveMembers');
    return [
      {title: t('member.one'), id: true, cell: (member) => this.#member(member, selectable), text: (member) => member.memberId},
      {title: t('member.used'), cell: memberBars},
      ...knownCatalog().tokenTypes.flatMap(({name}) => csvOfType(name)),
      ...(may('UpdateMember') ? [{
        title: t('table.actions'),
        actions: true,
        cell: (member) => html`<button type="button" class="secondary outline small" aria-label=${t('member.capTitle', {member: member.memberId})}
          @click=${() => this.change(capMember(this.account, member))}>${t('member.cap')}</button>`,
      }] : []),
    ];
  }

  #member(member, selectable) {
    const name = html`<bdi dir="ltr">${member.memberId}</bdi>`;
    return html`<span class="choice">
      ${selectable && member.added ? html`<input type="checkbox" aria-label=${t('group.choose', {member: member.memberId})}
        .checked=${this.chosen.has(member.memberId)} @change=${(event) => this.#choose(member.memberId, event.target.checked)}>` : nothing}
      ${may('GetAccount') ? html`<a href=${accountHref(member.memberId)}>${name}</a>` : name}
      ${member.added ? nothing : html`<span class="badge">${t('member.countedOnly')}</span>`}</span>`;
  }

  render() {
    const {accountId, membersOnly} = this.account;
    const count = this.chosen.size;
    return html`<section class="panel" aria-labelledby="members">
      <div class="panel-head"><h2 id="members">${t('member.list')}</h2>
        <span class="buttons">
          ${may('BatchAddMembers') ? html`<button type="button" class="secondary outline small" @click=${() => this.change(addUsers(this.account))}>${t('bulk.open')}</button>` : nothing}
          ${may('BatchRemoveMembers') ? html`<button type="button" class="danger outline small" @click=${() => this.#remove()}>${count > 0 ? t('group.removeChosen', {count}) : t('group.removeMany')}</button>` : nothing}
        </span>
      </div>
      <tg-list .of=${accountId} file=${`${accountId}-members`} .caption=${t('member.list')} .columns=${this.#columns()} .rowKey=${(member) => member.memberId}
        .none=${{title: t('member.none'), hint: t('member.noneHint')}}
        .load=${async ({pageSize, pageToken, signal}) => {
          const answer = await admin('ListMembers', {accountId, pageSize, pageToken, showCounted: !membersOnly}, {signal});
          return {rows: answer.members, nextPageToken: answer.nextPageToken};
        }}></tg-list>
    </section>`;
  }
}

/** In a file, three columns for each token type. */
function csvOfType(name) {
  const of = (member) => member.balances?.find((each) => each.tokenType === name) ?? {};
  return [
    {title: `${name}: ${t('balance.consumed')}`, csvOnly: true, text: (member) => String(big(of(member).consumed))},
    {title: `${name}: ${t('balance.held')}`, csvOnly: true, text: (member) => String(big(of(member).held))},
    {title: `${name}: ${t('member.cap')}`, csvOnly: true, text: (member) => member.caps?.[name] ?? ''},
  ];
}

customElements.define('tg-group-members', GroupMembers);
