// The page of an account: balances that count down live, and everything an operator does about them.
import {html, nothing} from 'lit';
import {admin} from '../api.js';
import {catalog} from '../catalog.js';
import {balanceCard} from '../components/bar.js';
import {Element} from '../components/element.js';
import {Loader} from '../components/loader.js';
import {empty} from '../components/states.js';
import {big} from '../format.js';
import {t} from '../i18n.js';
import {href} from '../router.js';
import {may} from '../session.js';
import {watchBalance} from '../stream.js';
import {statusBadge} from './account/names.js';
import {adjustBalance, grantTokens} from './account/token-changes.js';
import './account/denials.js';
import './account/details.js';
import './account/grants.js';
import './account/history.js';
import './account/members.js';
import './account/reservations.js';
import './account/usage.js';

/** Lists are read again at most so often, however fast the account changes. */
const CALM_MS = 2_000;

class AccountPage extends Element {
  static properties = {
    params: {},
    query: {},
    live: {state: true},
    balances: {state: true},
    revision: {state: true},
  };

  #account = new Loader(this, async (signal) => {
    await catalog();
    return (await admin('GetAccount', {accountId: this.params.id}, {signal})).account;
  });
  #watch;
  #calm;

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
  }

  #open() {
    this.#watch?.abort();
    this.#account.clear();
    this.balances = undefined;
    this.revision = undefined;
    this.live = 'waiting';
    this.#account.run();
    if (!may('WatchBalance')) return;
    this.#watch = new AbortController();
    watchBalance({accountId: this.params.id}, {
      signal: this.#watch.signal,
      onBalances: (account) => this.#take(account),
      onState: (state) => {
        this.live = state;
      },
    });
  }

  /** What the stream says; the rest of the page follows when it is calm. */
  #take({balances = [], revision = '0'}) {
    this.balances = balances;
    if (this.revision !== undefined && this.revision !== revision && !this.#calm) {
      this.#calm = setTimeout(() => {
        this.#calm = undefined;
        this.#account.run();
      }, CALM_MS);
    }
    this.revision ??= revision;
  }

  render() {
    return html`
      <nav aria-label=${t('account.where')} class="crumbs"><a href="#/accounts">${t('nav.accounts')}</a></nav>
      ${this.#account.error?.code === 'not_found' ? this.#missing() : this.#account.show((account) => this.#page(account), {lines: 10})}`;
  }

  #missing() {
    return empty(t('account.missing', {account: this.params.id}), t('account.missingHint'), html`<a role="button" class="secondary small"
      href=${href(['accounts'], {prefix: this.params.id.slice(0, 3)})}>${t('account.alike')}</a>`, {page: true});
  }

  #page(account) {
    const tabs = ['now', 'history', 'usage', 'members'];
    const tab = tabs.includes(this.query.tab) ? this.query.tab : 'now';
    return html`
      <div class="page-head">
        <div><h1><bdi>${account.accountId}</bdi> ${statusBadge(account)}</h1>
          ${account.displayName ? html`<p class="muted"><bdi>${account.displayName}</bdi></p>` : nothing}</div>
        ${may('WatchBalance') ? html`<span class="live live-${this.live}" role="status">${t(`live.${this.live}`)}</span>` : nothing}
      </div>
      <nav class="tabs" aria-label=${t('account.parts')}>
        ${tabs.map((each) => html`<a href=${href(['accounts', account.accountId], each === 'now' ? {} : {tab: each})}
          aria-current=${each === tab ? 'page' : nothing}>${t(`tab.${each}`)}${each === 'members' && big(account.memberCount) > 0n ? html` <span class="badge">${t('tab.count', {count: big(account.memberCount)})}</span>` : nothing}</a>`)}
      </nav>
      <div @changed=${() => this.#account.run()}>${this.#tab(tab, account)}</div>`;
  }

  #tab(tab, account) {
    const balances = this.balances ?? account.balances ?? [];
    const revision = account.revision;
    if (tab === 'history') return html`<tg-account-history .account=${account} .revision=${revision} .query=${this.query}></tg-account-history>`;
    if (tab === 'usage') return html`<tg-account-usage .account=${account} .revision=${revision} .query=${this.query}></tg-account-usage>`;
    if (tab === 'members') return html`<tg-account-members .account=${account} .revision=${revision}></tg-account-members>`;
    return html`
      <div class="grid-3">${balances.map((balance) => balanceCard(balance, this.#balanceButtons(account, balances, balance)))}</div>
      ${balances.length === 0 ? empty(t('account.noBalances'), t('account.noBalancesHint')) : nothing}
      <tg-account-details .account=${account} .balances=${balances} .revision=${revision}></tg-account-details>
      ${may('ListDenials') ? html`<tg-account-denials .account=${account} .revision=${revision}></tg-account-denials>` : nothing}
      ${may('ListReservations') ? html`<tg-account-reservations .account=${account} .revision=${revision}></tg-account-reservations>` : nothing}
      ${may('ListGrants') ? html`<tg-account-grants .account=${account} .balances=${balances} .revision=${revision}></tg-account-grants>` : nothing}`;
  }

  #balanceButtons(account, balances, balance) {
    const type = balance.tokenType;
    const open = async (dialog) => (await dialog) !== undefined && this.#account.run();
    return html`<span class="buttons">
      ${may('CreateGrant') ? html`<button type="button" class="secondary outline small" aria-label=${t('grant.ofType', {type: balance.title || type})}
        @click=${() => open(grantTokens(account, balances, type))}>${t('grant.confirm')}</button>` : nothing}
      ${may('AdjustBalance') ? html`<button type="button" class="secondary outline small" aria-label=${t('adjust.ofType', {type: balance.title || type})}
        @click=${() => open(adjustBalance(account, balances, type))}>${t('adjust.confirm')}</button>` : nothing}
    </span>`;
  }
}

customElements.define('tg-account-page', AccountPage);
