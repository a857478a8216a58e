// Find accounts, open one.
import {html, nothing} from 'lit';
import {admin} from '../api.js';
import {Element} from '../components/element.js';
import {checkField, selectField, textField} from '../components/fields.js';
import {t} from '../i18n.js';
import {accountHref, go, goSoon, href} from '../router.js';
import {may, session} from '../session.js';
import {createAccount} from './account/account-changes.js';
import {accountColumns} from './account/columns.js';
import {planChoices} from './account/names.js';
import '../components/list.js';

class AccountsPage extends Element {
  static properties = {params: {}, query: {}, values: {state: true}};

  heading() {
    return t('nav.accounts');
  }

  willUpdate(changed) {
    if (changed.has('query')) this.values = {...this.query, low: this.query.low === 'true'};
  }

  #set = (name, value) => {
    this.values = {...this.values, [name]: value};
    goSoon(href(['accounts'], this.values));
  };

  #filter() {
    const {prefix, plan, status, low, member} = this.query;
    return {
      idPrefix: prefix ?? '',
      plan: plan ?? '',
      status: status ? `ACCOUNT_STATUS_${status}` : undefined,
      low: low === 'true',
      memberOf: member ?? '',
    };
  }

  async #create() {
    const answer = await createAccount();
    if (answer?.account) go(accountHref(answer.account.accountId));
  }

  render() {
    const filter = this.#filter();
    const filtered = Object.keys(this.query).length > 0;
    return html`
      <div class="page-head">
        <h1>${t('nav.accounts')}</h1>
        ${may('CreateAccount') ? html`<button type="button" @click=${this.#create}>${t('accounts.create')}</button>` : nothing}
      </div>
      ${this.#filters()}
      <section class="panel">
        <tg-list file="accounts" .of=${JSON.stringify(filter)} .caption=${t('nav.accounts')} .columns=${accountColumns()}
          .rowKey=${(account) => account.accountId} .none=${this.#none(filtered)}
          .load=${async ({pageSize, pageToken, signal}) => {
            const answer = await admin('ListAccounts', {...filter, pageSize, pageToken}, {signal});
            return {rows: answer.accounts, nextPageToken: answer.nextPageToken};
          }}></tg-list>
      </section>`;
  }

  #filters() {
    const form = {id: 'filter', values: this.values, set: this.#set};
    return html`<form class="filters" aria-label=${t('accounts.filters')} @submit=${(event) => event.preventDefault()}>
      ${textField(form, {name: 'prefix', type: 'search', label: t('accounts.prefix'), disabled: Boolean(this.values.member), maxlength: 128})}
      ${selectField(form, {name: 'plan', label: t('account.plan'), choices: [{value: '', label: t('filter.any')}, ...planChoices()]})}
      ${selectField(form, {
        name: 'status',
        label: t('account.status'),
        choices: [
          {value: '', label: t('filter.any')},
          {value: 'ACTIVE', label: t('status.ACTIVE')},
          {value: 'SUSPENDED', label: t('status.SUSPENDED')},
        ],
      })}
      ${textField(form, {name: 'member', type: 'search', label: t('accounts.memberOf'), disabled: Boolean(this.values.prefix), maxlength: 128})}
      ${checkField(form, {name: 'low', label: t('accounts.low')})}
    </form>`;
  }

  #none(filtered) {
    if (filtered) {
      return {
        title: t('accounts.noMatch'),
        hint: t('accounts.noMatchHint'),
        action: html`<a role="button" class="secondary small" href="#/accounts">${t('accounts.all')}</a>`,
      };
    }
    return {title: t('accounts.none'), hint: t(session.caller.allAccounts ? 'accounts.noneHint' : 'accounts.noneInScope')};
  }
}

customElements.define('tg-accounts-page', AccountsPage);
