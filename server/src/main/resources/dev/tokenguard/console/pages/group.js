// The page of a group: its limits against what is used, its members, and what each has used.
import {html, nothing} from 'lit';
import {admin} from '../api.js';
import {catalog} from '../catalog.js';
import {balanceCard} from '../components/bar.js';
import {Element} from '../components/element.js';
import {Loader} from '../components/loader.js';
import {empty} from '../components/states.js';
import {big} from '../format.js';
import {t} from '../i18n.js';
import {accountHref, go, href} from '../router.js';
import {may} from '../session.js';
import {watchBalance} from '../stream.js';
import {statusBadge} from './account/names.js';
import {groupButtons} from './group/card.js';
import './account/usage.js';
import './group/limits.js';
import './group/member-usage.js';
import './group/members.js';

/** Lists are read again at most so often, however fast the group changes. */
const CALM_MS = 2_000;

class GroupPage extends Element {
  static properties = {params: {}, query: {}, balances: {state: true}};

  #group = new Loader(this, async (signal) => {
    await catalog();
    return (await admin('GetAccount', {accountId: this.params.id}, {signal})).account;
  });
  #watch;
  #calm;
  #holds;
  #revision;

  heading() {
    return this.params?.id;
  }

  willUpdate(changed) {
    if (changed.has('params') && changed.get('params')?.id !== this.params.id) this.#open();
  }

  connectedCallback() {
    super.connectedCallback();
    if (this.hasUpdated) this.#open();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#watch?.abort();
    clearTimeout(this.#calm);
    this.#calm = undefined;
  }

  #open() {
    this.#watch?.abort();
    this.#group.clear();
    this.balances = undefined;
    this.#revision = undefined;
    this.#group.run();
    if (!may('WatchBalance')) return;
    this.#watch = new AbortController();
    watchBalance({accountId: this.params.id}, {
      signal: this.#watch.signal,
      onBalances: (account) => this.#take(account),
      onState: () => undefined,
    });
  }

  #take({balances = [], openReservations = '0', revision = '0'}) {
    this.balances = balances;
    this.#holds = openReservations;
    if (this.#revision !== undefined && this.#revision !== revision && !this.#calm) {
      this.#calm = setTimeout(() => {
        this.#calm = undefined;
        this.#group.run();
      }, CALM_MS);
    }
    this.#revision = revision;
  }

  /** The group with the balances that are shown: a dialog must not tell older ones. */
  #now(group) {
    return this.balances ? {...group, balances: this.balances, openReservations: this.#holds} : group;
  }

  render() {
    return html`
      <nav aria-label=${t('account.where')} class="crumbs"><a href="#/groups">${t('nav.groups')}</a></nav>
      ${this.#group.error?.code === 'not_found'
        ? empty(t('account.missing', {account: this.params.id}), t('account.missingHint'))
        : this.#group.show((group) => this.#page(group), {lines: 10})}`;
  }

  #page(group) {
    const act = async (dialog) => (await dialog) !== undefined && this.#group.run();
    const removed = async (dialog) => (await dialog) !== undefined && go('#/groups');
    return html`
      <div class="page-head">
        <div><h1><bdi>${group.displayName || group.accountId}</bdi> ${statusBadge(group)}</h1>
          <p class="muted"><bdi dir="ltr">${group.accountId}</bdi></p>
          ${group.description ? html`<p><bdi>${group.description}</bdi></p>` : nothing}</div>
        <span class="buttons">${groupButtons(this.#now(group), act, removed)}
          <a role="button" class="secondary outline small" href=${accountHref(group.accountId)}>${t('group.asAccount')}</a></span>
      </div>
      ${this.#tabs(group)}
      <div @changed=${() => this.#group.run()}>${this.#tab(group)}</div>`;
  }

  #tabs(group) {
    const place = ['groups', group.accountId];
    const count = big(group.memberCount);
    return html`<nav class="tabs" aria-label=${t('account.parts')}>
      ${this.#names().map((each) => html`<a href=${href(place, each === 'members' ? {} : {tab: each})}
        aria-current=${each === this.#shown() ? 'page' : nothing}>${t(`tab.${each}`)}${each === 'members' && count > 0n ? html` <span class="badge">${t('tab.count', {count})}</span>` : nothing}</a>`)}
    </nav>`;
  }

  #names() {
    return ['members', ...(may('GetUsage') ? ['usage'] : [])];
  }

  #shown() {
    return this.#names().includes(this.query.tab) ? this.query.tab : 'members';
  }

  #tab(group) {
    const balances = this.balances ?? group.balances ?? [];
    const place = ['groups', group.accountId];
    if (this.#shown() === 'usage') {
      return html`
        <tg-group-limits .account=${group} .balances=${balances}></tg-group-limits>
        <tg-account-usage .account=${group} .revision=${group.revision} .query=${this.query} .place=${place}></tg-account-usage>
        <tg-group-member-usage .account=${group} .revision=${group.revision} .query=${this.query}></tg-group-member-usage>`;
    }
    return html`
      <div class="grid-3">${balances.map((balance) => balanceCard(balance))}</div>
      ${balances.length === 0 ? empty(t('account.noBalances'), t('account.noBalancesHint')) : nothing}
      ${may('ListMembers') ? html`<tg-group-members .account=${group} .revision=${group.revision}></tg-group-members>` : nothing}`;
  }
}

customElements.define('tg-group-page', GroupPage);
