// What operators do to an account as a whole: open, suspend, another plan, delete.
import {html, nothing} from 'lit';
import {admin} from '../../api.js';
import {knownCatalog, planTitle, typeTitle} from '../../catalog.js';
import {openDialog} from '../../components/dialog.js';
import {checkField, selectField, textField, timeField} from '../../components/fields.js';
import {big, dateTime, fromLocalInput} from '../../format.js';
import {t} from '../../i18n.js';
import {allowancesOf, allowanceText, isSuspended, planChoices, statusText} from './names.js';

export const ID = /^[A-Za-z0-9._:@+|~=-]{1,128}$/;

export function createAccount() {
  return openDialog({
    title: t('accounts.create'),
    values: {plan: knownCatalog().defaultPlan || knownCatalog().plans[0]?.name || ''},
    fields: (form) => html`
      ${textField(form, {name: 'accountId', label: t('account.id'), hint: t('account.idHint'), required: true, maxlength: 128})}
      ${textField(form, {name: 'displayName', label: t('account.name'), maxlength: 128})}
      ${selectField(form, {name: 'plan', label: t('account.plan'), choices: planChoices()})}
      <div class="field-row">
        ${timeField(form, {name: 'expireTime', label: t('account.expires'), hint: t('field.optional')})}
        ${textField(form, {name: 'timeZone', label: t('account.timeZone'), placeholder: 'Asia/Bangkok', hint: t('account.zoneHint')})}
      </div>
      ${checkField(form, {name: 'membersOnly', label: t('account.membersOnly'), hint: t('account.membersOnlyHint')})}`,
    check: ({accountId}) => ({accountId: ID.test(accountId ?? '') ? '' : t('account.idWrong')}),
    explain: ({accountId, plan}) => [
      accountId ? t('create.opens', {account: accountId, plan: planTitle(plan)}) : '',
      ...[...allowancesOf(plan)].map(([type, each]) => t('create.gets', {type: typeTitle(type), allowance: allowanceText(each)})),
    ],
    confirm: t('create.confirm'),
    submit: ({expireTime, ...values}, requestId) =>
      admin('CreateAccount', {account: {...values, expireTime: fromLocalInput(expireTime)}, requestId}),
    done: (answer) => t('create.done', {account: answer.account?.accountId}),
  });
}

/** Changes fields of an account, at the version that was read. */
export function update(account, {mask, changed, ...change}) {
  const now = {version: account.version};
  return openDialog({
    ...change,
    submit: (values, requestId) =>
      admin('UpdateAccount', {
        account: {accountId: account.accountId, version: now.version, ...changed(values)},
        updateMask: mask,
        requestId,
      }),
    stale: async () => {
      const {account: fresh} = await admin('GetAccount', {accountId: account.accountId});
      now.version = fresh.version;
      return [
        t('stale.plan', {plan: planTitle(fresh.plan)}),
        t('stale.status', {status: statusText(fresh)}),
        fresh.expireTime ? t('stale.expires', {time: dateTime(fresh.expireTime)}) : t('stale.expiresNever'),
        t('stale.again'),
      ];
    },
  });
}

export function setStatus(account) {
  const suspend = !isSuspended(account);
  const id = account.accountId;
  const holds = big(account.openReservations);
  return update(account, {
    title: t(suspend ? 'suspend.title' : 'activate.title', {account: id}),
    explain: () => (suspend ? [t('suspend.denied', {account: id}), holds > 0n ? t('suspend.holds', {count: holds}) : '', t('suspend.keeps')] : [t('activate.allowed', {account: id})]),
    confirm: t(suspend ? 'suspend.confirm' : 'activate.confirm'),
    danger: suspend,
    mask: 'status',
    changed: () => ({status: suspend ? 'ACCOUNT_STATUS_SUSPENDED' : 'ACCOUNT_STATUS_ACTIVE'}),
    done: () => t(suspend ? 'suspend.done' : 'activate.done', {account: id}),
  });
}

export async function changePlan(account, balances) {
  // What is left of grants stays; only the server knows how much of a balance that is.
  const {grants = []} = await admin('ListGrants', {accountId: account.accountId}).catch(() => ({}));
  const own = account.allowances ?? [];
  return update(account, {
    title: t('plan.title', {account: account.accountId}),
    values: {plan: account.plan},
    fields: (form) => selectField(form, {name: 'plan', label: t('account.plan'), choices: planChoices()}),
    check: ({plan}) => ({plan: plan === account.plan ? t('plan.same') : ''}),
    explain: ({plan}) => (plan === account.plan ? [] : planEffects(account.plan, plan, own, balances, grants)),
    confirm: ({plan}) => t('plan.confirm', {plan: planTitle(plan)}),
    mask: 'plan',
    changed: ({plan}) => ({plan}),
    done: (answer) => t('plan.done', {account: account.accountId, plan: planTitle(answer.account?.plan)}),
  });
}

/** Of each token type: the limit before and after, and what is left of the new one. */
function planEffects(from, to, own, balances, grants) {
  const before = allowancesOf(from, own);
  const after = allowancesOf(to, own);
  const types = [...new Set([...before.keys(), ...after.keys()])].sort();
  return [
    ...types.map((type) => {
      const balance = balances.find((each) => each.tokenType === type);
      const granted = grants
        .filter((each) => each.tokenType === type && each.state === 'GRANT_STATE_ACTIVE')
        .reduce((sum, each) => sum + big(each.remaining), 0n);
      const rise = big(after.get(type)?.amount) - big(before.get(type)?.amount);
      const left = after.has(type) ? big(balance?.available) - big(balance?.debt) + rise : granted;
      return t('plan.effect', {
        type: typeTitle(type),
        before: allowanceText(before.get(type)),
        after: allowanceText(after.get(type)),
        available: big(balance?.available),
        left: left > 0n ? left : 0n,
      });
    }),
    t('plan.keepsUsed'),
  ];
}

export function deleteAccount(account) {
  const id = account.accountId;
  const holds = big(account.openReservations);
  const members = big(account.memberCount);
  return openDialog({
    title: t('delete.title', {account: id}),
    values: {},
    fields: (form) => (holds > 0n ? checkField(form, {name: 'force', label: t('delete.force', {count: holds})}) : nothing),
    check: ({force}) => ({force: holds > 0n && !force ? t('delete.forceNeeded') : ''}),
    explain: () => [
      t('delete.gone', {account: id}),
      ...(account.balances ?? []).filter((each) => big(each.available) > 0n).map((each) => t('delete.tokens', {count: big(each.available), type: typeTitle(each.tokenType)})),
      members > 0n ? t('delete.members', {count: members}) : '',
      knownCatalog().defaultPlan ? t('delete.opensAnew', {plan: planTitle(knownCatalog().defaultPlan)}) : t('delete.denied'),
    ],
    confirm: t('delete.confirm'),
    danger: true,
    retype: id,
    submit: ({force}, requestId) => admin('DeleteAccount', {accountId: id, force: Boolean(force), version: account.version, requestId}),
    done: (answer) => {
      const count = big(answer.refundedReservations);
      return count > 0n ? t('delete.doneHolds', {account: id, count}) : t('delete.done', {account: id});
    },
  });
}
