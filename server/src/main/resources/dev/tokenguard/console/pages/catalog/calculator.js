// What would this cost whom? Asks the server, which holds nothing; where the caller may not ask, it is worked out.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {featureTitle, typeTitle} from '../../catalog.js';
import {Element} from '../../components/element.js';
import {amountField, selectField, textField} from '../../components/fields.js';
import {failure} from '../../components/states.js';
import {amounts, big, number, parseAmount} from '../../format.js';
import {t} from '../../i18n.js';
import {accountHref, go, href} from '../../router.js';
import {may} from '../../session.js';
import {denialTitle} from '../account/names.js';
import {answerOf} from './answer.js';
import '../../components/list.js';
import '../../components/time.js';

const TYPING_MS = 300;
const SUGGESTED = 20;

class Calculator extends Element {
  static properties = {
    catalog: {attribute: false},
    /** The question may be part of the address: account, member, feature, times. */
    query: {attribute: false},
    values: {state: true},
    accounts: {state: true},
    members: {state: true},
    answer: {state: true},
    fault: {state: true},
    busy: {state: true},
    tried: {state: true},
  };

  #typing;

  constructor() {
    super();
    this.accounts = [];
    this.members = [];
  }

  willUpdate() {
    this.values ??= {...this.query, times: number(parseAmount(this.query.times) ?? 1n), feature: this.query.feature ?? this.catalog.features?.[0]?.name ?? ''};
  }

  firstUpdated() {
    this.#suggest('account');
    if (this.values.account) this.#ask();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#typing);
  }

  #set = (name, value) => {
    this.values = {...this.values, [name]: value, ...(name === 'account' ? {member: ''} : {})};
    this.answer = undefined;
    this.fault = undefined;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#suggest(name), TYPING_MS);
  };

  /** Ids that may be meant; nobody is told if there are none. */
  async #suggest(name) {
    const {account} = this.values;
    if (name !== 'account') return;
    try {
      if (may('ListAccounts')) this.accounts = ((await admin('ListAccounts', {idPrefix: account ?? '', pageSize: SUGGESTED})).accounts ?? []).map(({accountId}) => accountId);
      if (may('ListMembers') && account) this.members = ((await admin('ListMembers', {accountId: account, pageSize: SUGGESTED})).members ?? []).map(({memberId}) => memberId);
    } catch {
      this.members = [];
    }
  }

  #wrong() {
    const {account, times} = this.values;
    return {
      account: (account ?? '').trim() ? '' : t('calculator.whom'),
      times: parseAmount(times) >= 1n ? '' : t('amount.atLeastOne'),
    };
  }

  async #ask(event) {
    event?.preventDefault();
    this.tried = true;
    if (Object.values(this.#wrong()).some(Boolean)) return;
    const {account, member, feature, times} = this.values;
    const question = {account: account.trim(), member: (member ?? '').trim(), feature, times: parseAmount(times)};
    go(href(['catalog'], {...question, times: String(question.times)}), {replace: true});
    this.busy = true;
    this.fault = undefined;
    try {
      this.answer = await answerOf(question, this.catalog);
    } catch (error) {
      this.answer = undefined;
      this.fault = error;
    }
    this.busy = false;
  }

  render() {
    const form = {id: 'calculator', values: this.values, errors: this.tried ? this.#wrong() : {}, set: this.#set};
    return html`<section class="panel" aria-labelledby="calculator">
      <div class="panel-head"><h2 id="calculator">${t('calculator.title')}</h2></div>
      <form class="filters" novalidate @submit=${this.#ask}>
        ${textField(form, {name: 'account', label: t('account.id'), maxlength: 128, suggestions: this.accounts, required: true})}
        ${textField(form, {name: 'member', label: t('member.one'), maxlength: 128, suggestions: this.members, placeholder: t('field.optional')})}
        ${selectField(form, {name: 'feature', label: t('reservation.feature'), choices: (this.catalog.features ?? []).map(({name}) => ({value: name, label: featureTitle(name)}))})}
        ${amountField(form, {name: 'times', label: t('calculator.times')})}
        <div class="field"><button type="submit" aria-busy=${this.busy ? 'true' : nothing} ?disabled=${this.busy}>${t('calculator.ask')}</button></div>
      </form>
      <div aria-live="polite">
        ${this.fault ? failure(this.fault) : nothing}
        ${this.answer ? this.#show(this.answer) : html`<p class="muted">${t(may('Check') ? 'calculator.asks' : 'calculator.computes')}</p>`}
      </div>
    </section>`;
  }

  #show(answer) {
    const {question, allowed, denial, cost, rows, checked} = answer;
    const args = {account: question.account, feature: featureTitle(question.feature), count: question.times};
    const free = Object.keys(cost).length === 0;
    return html`<div class="verdict verdict-${allowed ? 'ok' : 'out'}">
      <p class="verdict-title">${allowed ? t('calculator.allowed', args) : t('calculator.denied', {...args, reason: denialTitle(denial.reason)})}</p>
      <p>${free ? t('calculator.free') : t('calculator.costs', {amounts: amounts(cost, typeTitle)})}
        ${denial?.message ? html`<q><bdi lang=${denial.locale ?? nothing}>${denial.message}</bdi></q>` : nothing}
        ${denial?.resetTime ? html`<span class="muted">${t('balance.reset')} <tg-time .value=${denial.resetTime}></tg-time></span>` : nothing}</p>
      ${rows.length > 0 ? html`<tg-list .of=${JSON.stringify([question, rows], written)} file="cost" .caption=${t('calculator.table')} .columns=${columns()}
        .rowKey=${({type}) => type} .load=${async () => ({rows})}></tg-list>` : nothing}
      <p class="muted">${t(checked ? 'calculator.wasAsked' : 'calculator.wasComputed')}
        ${may('GetAccount') ? html`<a href=${accountHref(question.account)}>${t('calculator.toAccount', {account: question.account})}</a>` : nothing}</p>
    </div>`;
  }
}

/** JSON knows no BigInt. */
const written = (_, value) => (typeof value === 'bigint' ? String(value) : value);

function columns() {
  const figure = (key, value) => ({
    title: t(key),
    numeric: true,
    cell: (row) => (value(row) === undefined ? '–' : number(value(row))),
    text: (row) => String(value(row) ?? ''),
  });
  return [
    {title: t('tokens.type'), cell: ({type}) => html`<bdi>${typeTitle(type)}</bdi>`, text: ({type}) => type},
    figure('calculator.costsHere', ({cost}) => cost),
    figure('calculator.available', ({available}) => available),
    figure('calculator.after', ({available, cost}) => available === undefined ? undefined : big(available) - cost),
    figure('calculator.enoughFor', ({times}) => times),
  ];
}

customElements.define('tg-calculator', Calculator);
