// The columns of tables of accounts.
import {html, nothing} from 'lit';
import {knownCatalog, planTitle} from '../../catalog.js';
import {miniBar} from '../../components/bar.js';
import {big, number} from '../../format.js';
import {t} from '../../i18n.js';
import {accountHref} from '../../router.js';
import {statusBadge, statusText} from './names.js';
import '../../components/time.js';

const SHOWN = 3;

export function accountColumns() {
  return [
    {
      title: t('account.id'),
      id: true,
      cell: (account) => html`<span><a href=${accountHref(account.accountId)}><bdi>${account.accountId}</bdi></a>
        ${account.displayName ? html`<small class="muted"><bdi>${account.displayName}</bdi></small>` : nothing}</span>`,
      text: (account) => account.accountId,
    },
    {title: t('account.name'), csvOnly: true, text: (account) => account.displayName},
    {title: t('account.plan'), cell: (account) => html`<bdi>${planTitle(account.plan)}</bdi>`, text: (account) => account.plan},
    {title: t('account.status'), cell: statusBadge, text: statusText},
    {title: t('account.balances'), cell: balances},
    ...balanceTexts(),
    {title: t('account.members'), numeric: true, cell: (account) => count(account.memberCount), text: (account) => account.memberCount ?? '0'},
    {title: t('account.holds'), numeric: true, cell: (account) => count(account.openReservations), text: (account) => account.openReservations ?? '0'},
    {
      title: t('account.expires'),
      cell: (account) => (account.expireTime ? html`<tg-time .value=${account.expireTime} form="day"></tg-time>` : nothing),
      text: (account) => account.expireTime,
    },
  ];
}

const count = (value) => (big(value) === 0n ? nothing : number(value));

/** Those that most is gone of first. */
function balances(account) {
  const all = [...(account.balances ?? [])].sort((a, b) => (b.usedRatio ?? 0) - (a.usedRatio ?? 0));
  const more = all.length - SHOWN;
  return html`<div class="mini-bars">${all.slice(0, SHOWN).map(miniBar)}
    ${more > 0 ? html`<small class="muted">${t('account.moreTypes', {count: more})}</small>` : nothing}</div>`;
}

/** In a file, a column for each token type. */
function balanceTexts() {
  return knownCatalog().tokenTypes.flatMap(({name}) => {
    const of = (account) => account.balances?.find((each) => each.tokenType === name);
    return [
      {title: `${name} available`, csvOnly: true, text: (account) => of(account) && (of(account).available ?? '0')},
      {title: `${name} granted`, csvOnly: true, text: (account) => of(account) && (of(account).granted ?? '0')},
    ];
  });
}
