// Groups: accounts that pay for members. Each is a card with what is left of what it gets.
import {html, nothing} from 'lit';
import {repeat} from 'lit-html/directives/repeat.js';
import {admin} from '../api.js';
import {Element} from '../components/element.js';
import {selectField, textField} from '../components/fields.js';
import {big} from '../format.js';
import {t} from '../i18n.js';
import {go, goSoon, groupHref, href} from '../router.js';
import {may, session} from '../session.js';
import {accountColumns} from './account/columns.js';
import {planChoices} from './account/names.js';
import {groupCard} from './group/card.js';
import {createGroup} from './group/changes.js';
import '../components/list.js';

const LARGEST_PAGE = 1_000;

/** Whether an account is of use as a group: it has members, or is for members only. */
const isGroup = (account) => big(account.memberCount) > 0n || account.membersOnly;

class GroupsPage extends Element {
  static properties = {params: {}, query: {}, values: {state: true}};

  heading() {
    return t('nav.groups');
  }

  willUpdate(changed) {
    if (changed.has('query')) this.values = {...this.query};
  }

  #set = (name, value) => {
    this.values = {...this.values, [name]: value};
    goSoon(href(['groups'], this.values));
  };

  async #create() {
    const answer = await createGroup();
    if (answer?.account) go(groupHref(answer.account.accountId));
  }

  #refresh = () => this.querySelector('tg-list')?.refresh();

  render() {
    const filter = {idPrefix: this.query.prefix ?? '', plan: this.query.plan ?? ''};
    const create = may('CreateAccount')
      ? html`<button type="button" @click=${this.#create}>${t('groups.create')}</button>`
      : nothing;
    return html`
      <div class="page-head"><h1>${t('nav.groups')}</h1>${create}</div>
      ${this.#filters()}
      <tg-list file="groups" .of=${JSON.stringify(filter)} .caption=${t('nav.groups')} .columns=${groupColumns()}
        .none=${this.#none()} .load=${reader(filter)}
        .view=${(groups) => html`<div class="cards" role="list">
          ${repeat(groups, (group) => group.accountId, (group) => groupCard(group, this.#refresh))}
        </div>`}></tg-list>`;
  }

  #filters() {
    const form = {id: 'filter', values: this.values, set: this.#set};
    return html`<form class="filters" aria-label=${t('groups.filters')} @submit=${(event) => event.preventDefault()}>
      ${textField(form, {name: 'prefix', type: 'search', label: t('accounts.prefix'), maxlength: 128})}
      ${selectField(form, {name: 'plan', label: t('account.plan'), choices: [{value: '', label: t('filter.any')}, ...planChoices()]})}
    </form>`;
  }

  #none() {
    if (Object.keys(this.query).length > 0) {
      return {
        title: t('groups.noMatch'),
        hint: t('accounts.noMatchHint'),
        action: html`<a role="button" class="secondary small" href="#/groups">${t('groups.all')}</a>`,
      };
    }
    return {title: t('groups.none'), hint: t(session.caller.allAccounts ? 'groups.noneHint' : 'accounts.noneInScope')};
  }
}

/** Reads accounts and keeps the groups among them. Where there are few, it looks through more at a time. */
function reader(filter) {
  let stride = 0;
  return async ({pageSize, pageToken, signal}) => {
    stride = Math.min(Math.max(stride * 4, pageSize), LARGEST_PAGE);
    const answer = await admin('ListAccounts', {...filter, pageSize: stride, pageToken}, {signal});
    const rows = (answer.accounts ?? []).filter(isGroup);
    if (rows.length > 0) stride = 0;
    return {rows, nextPageToken: answer.nextPageToken};
  };
}

function groupColumns() {
  return [...accountColumns(), {title: t('account.description'), csvOnly: true, text: (account) => account.description}];
}

customElements.define('tg-groups-page', GroupsPage);
