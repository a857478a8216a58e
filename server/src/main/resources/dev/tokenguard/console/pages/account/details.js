// Plan, status, expiry and whatever else an account is, with what can be changed about it.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {planTitle, typeTitle} from '../../catalog.js';
import {failure} from '../../components/states.js';
import {toast} from '../../components/toasts.js';
import {big, number} from '../../format.js';
import {t} from '../../i18n.js';
import {accountHref, go} from '../../router.js';
import {may} from '../../session.js';
import {changePlan, deleteAccount, setStatus} from './account-changes.js';
import {editAccount} from './edit.js';
import {allowancesOf, allowanceText, isSuspended, seconds, statusBadge} from './names.js';
import {AccountSection} from './section.js';
import '../../components/time.js';

const DAY_S = 86_400;

class Details extends AccountSection {
  static properties = {audit: {state: true}};

  willUpdate(changed) {
    if (changed.get('account')?.accountId !== this.account.accountId) this.audit = undefined;
  }

  async #delete() {
    if (await deleteAccount(this.account)) go('#/accounts');
  }

  async #audit() {
    try {
      const answer = await admin('AuditAccount', {accountId: this.account.accountId});
      this.audit = answer;
      if (answer.balanced) toast(t('audit.balanced', {count: big(answer.ledgerEntries), account: this.account.accountId}));
    } catch (error) {
      this.audit = {error};
    }
  }

  render() {
    const {account} = this;
    const allowances = allowancesOf(account.plan, account.allowances);
    return html`<section class="panel" aria-labelledby="details">
      <div class="panel-head"><h2 id="details">${t('account.details')}</h2>${this.#buttons()}</div>
      ${this.#auditFindings()}
      <dl class="facts">
        ${fact(t('account.plan'), html`<bdi>${planTitle(account.plan)}</bdi>`)}
        ${fact(t('account.status'), statusBadge(account))}
        ${fact(t('account.expires'), html`<tg-time .value=${account.expireTime} .none=${t('account.neverExpires')}></tg-time>
          ${account.gracePeriod ? html`<small class="muted">${t('account.grace', {count: Math.round(seconds(account.gracePeriod) / DAY_S)})}</small>` : nothing}`)}
        ${account.payerId ? fact(t('account.payer'), html`<a href=${accountHref(account.payerId)}><bdi>${account.payerId}</bdi></a>`) : nothing}
        ${account.description ? fact(t('account.description'), html`<bdi>${account.description}</bdi>`) : nothing}
        ${fact(t('account.spenders'), t(account.membersOnly ? 'account.closed' : 'account.open'))}
        ${account.timeZone ? fact(t('account.timeZone'), html`<bdi>${account.timeZone}</bdi>`) : nothing}
        ${account.locale ? fact(t('account.locale'), html`<bdi>${account.locale}</bdi>`) : nothing}
        ${(account.allowances ?? []).map((each) => fact(t('account.own', {type: typeTitle(each.tokenType)}), allowanceText(allowances.get(each.tokenType))))}
        ${fact(t('account.created'), html`<tg-time .value=${account.createTime} form="date"></tg-time>`)}
        ${fact(t('account.revision'), html`<span class="figure">${number(account.revision)}</span>`)}
      </dl>
    </section>`;
  }

  #buttons() {
    const {account} = this;
    const update = may('UpdateAccount');
    return html`<div class="buttons">
      ${update ? button(t('plan.open'), () => this.change(changePlan(account, this.balances))) : nothing}
      ${update ? button(t('edit.open'), () => this.change(editAccount(account))) : nothing}
      ${update ? button(t(isSuspended(account) ? 'activate.confirm' : 'suspend.confirm'), () => this.change(setStatus(account))) : nothing}
      ${may('AuditAccount') ? button(t('audit.open'), () => this.#audit()) : nothing}
      ${may('DeleteAccount') ? button(t('delete.open'), () => this.#delete(), 'danger outline') : nothing}
    </div>`;
  }

  #auditFindings() {
    if (this.audit?.error) return failure(this.audit.error, () => this.#audit());
    if (!this.audit || this.audit.balanced) return nothing;
    return html`<div class="failure" role="alert"><p class="failure-title">${t('audit.off')}</p>
      <ul>${this.audit.findings?.map((finding) => html`<li lang="en">${finding}</li>`)}</ul></div>`;
  }
}

function fact(title, value) {
  return html`<div><dt>${title}</dt><dd>${value}</dd></div>`;
}

function button(text, act, kind = 'secondary outline') {
  return html`<button type="button" class="${kind} small" @click=${act}>${text}</button>`;
}

customElements.define('tg-account-details', Details);
