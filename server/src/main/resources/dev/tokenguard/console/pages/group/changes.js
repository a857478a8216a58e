// What operators do to a group: make one, change its limits, delete it.
import {html} from 'lit';
import {admin} from '../../api.js';
import {knownCatalog, planTitle, typeTitle} from '../../catalog.js';
import {openDialog} from '../../components/dialog.js';
import {amountField, checkField, selectField, textField} from '../../components/fields.js';
import {big, parseAmount} from '../../format.js';
import {t} from '../../i18n.js';
import {ID, update} from '../account/account-changes.js';
import {allowancesOf, allowanceText, planChoices} from '../account/names.js';

const OWN = 'own-';

export function createGroup() {
  return openDialog({
    title: t('groups.create'),
    values: {plan: firstPlan(), membersOnly: true},
    fields: (form) => html`
      ${textField(form, {name: 'accountId', label: t('group.id'), hint: t('account.idHint'), required: true, maxlength: 128})}
      ${groupFields(form)}`,
    check: (values) => ({accountId: ID.test(values.accountId ?? '') ? '' : t('account.idWrong'), ...checkOwn(values)}),
    explain: (values) => [
      values.accountId ? t('create.opens', {account: values.accountId, plan: planTitle(values.plan)}) : '',
      ...[...limits(values)].map(([type, each]) => t('create.gets', {type: typeTitle(type), allowance: allowanceText(each)})),
      t(values.membersOnly ? 'group.opensClosed' : 'group.opensOpen'),
    ],
    confirm: t('group.createConfirm'),
    submit: (values, requestId) => admin('CreateAccount', {account: {accountId: values.accountId, ...fieldsOf(values)}, requestId}),
    done: (answer) => t('create.done', {account: answer.account?.accountId}),
  });
}

export function editGroup(group) {
  const id = group.accountId;
  return update(group, {
    title: t('group.editTitle', {group: id}),
    values: {
      displayName: group.displayName,
      description: group.description,
      plan: group.plan,
      membersOnly: group.membersOnly ?? false,
      ...Object.fromEntries((group.allowances ?? []).map((each) => [OWN + each.tokenType, each.amount ?? '0'])),
    },
    fields: groupFields,
    check: checkOwn,
    explain: (values) => effects(group, values),
    confirm: t('action.save'),
    mask: 'displayName,description,plan,membersOnly,allowances',
    changed: (values) => fieldsOf(values, group.allowances),
    done: () => t('edit.done', {account: id}),
  });
}

export function deleteGroup(group) {
  const id = group.accountId;
  const holds = big(group.openReservations);
  const members = big(group.memberCount);
  const {defaultPlan} = knownCatalog();
  return openDialog({
    title: t('group.deleteTitle', {group: id}),
    values: {},
    // Always there: work may begin between reading the group and deleting it.
    fields: (form) => checkField(form, {name: 'force', label: t('group.force'), hint: t('group.forceHint', {count: holds})}),
    explain: ({force}) => [
      holds > 0n && !force ? t('group.refusedNow', {count: holds}) : '',
      force ? t('group.forceReturns', {count: holds}) : '',
      t('delete.gone', {account: id}),
      ...(group.balances ?? []).filter((each) => big(each.available) > 0n).map((each) => t('delete.tokens', {count: big(each.available), type: typeTitle(each.tokenType)})),
      members > 0n ? t('delete.members', {count: members}) : '',
      defaultPlan ? t('delete.opensAnew', {plan: planTitle(defaultPlan)}) : t('delete.denied'),
    ],
    confirm: t('delete.confirm'),
    danger: true,
    retype: id,
    submit: ({force}, requestId) => admin('DeleteAccount', {accountId: id, force: Boolean(force), requestId}),
    done: ({refundedReservations}) => t(big(refundedReservations) > 0n ? 'delete.doneHolds' : 'delete.done', {account: id, count: big(refundedReservations)}),
  });
}

function firstPlan() {
  const {plans, defaultPlan} = knownCatalog();
  return (plans.find(({name}) => name === 'group') ?? plans.find(({name}) => name === defaultPlan) ?? plans[0])?.name ?? '';
}

/** The fields that making and editing have in common. */
function groupFields(form) {
  const plan = allowancesOf(form.values.plan);
  return html`
    <div class="field-row">
      ${textField(form, {name: 'displayName', label: t('account.name'), maxlength: 128})}
      ${selectField(form, {name: 'plan', label: t('account.plan'), choices: planChoices()})}
    </div>
    ${textField(form, {name: 'description', label: t('account.description'), maxlength: 512})}
    <fieldset><legend>${t('group.limits')}</legend>
      <div class="field-row">${ownTypes(form.values).map((name) => amountField(form, {
        name: OWN + name, label: typeTitle(name), hint: t('edit.ownHint', {allowance: allowanceText(plan.get(name))}),
      }))}</div>
    </fieldset>
    ${checkField(form, {name: 'membersOnly', label: t('account.membersOnly'), hint: t('account.membersOnlyHint')})}`;
}

/** Those of the catalog, and those that an account has from an earlier one. */
function ownTypes(values) {
  const kept = Object.keys(values).filter((name) => name.startsWith(OWN)).map((name) => name.slice(OWN.length));
  return [...new Set([...knownCatalog().tokenTypes.map(({name}) => name), ...kept])];
}

function ownTexts(values) {
  return Object.entries(values)
    .filter(([name, text]) => name.startsWith(OWN) && text)
    .map(([name, text]) => [name.slice(OWN.length), text]);
}

function checkOwn(values) {
  return Object.fromEntries(ownTexts(values).map(([type, text]) => [OWN + type, parseAmount(text) >= 0n ? '' : t('amount.wrong')]));
}

/** Own allowances as they are sent; of one that was there before, what cannot be entered here stays. */
function allowances(values, before = []) {
  const known = new Map(before.map((each) => [each.tokenType, each]));
  return ownTexts(values)
    .filter(([, text]) => parseAmount(text) !== null)
    .map(([type, text]) => ({...known.get(type), tokenType: type, amount: String(parseAmount(text))}));
}

function fieldsOf(values, before) {
  const {displayName, description, plan, membersOnly} = values;
  return {displayName, description, plan, membersOnly, allowances: allowances(values, before)};
}

const limits = (values, before) => allowancesOf(values.plan, allowances(values, before));

/** In words: what changes, and what a changed limit leaves of what was used already. */
function effects(group, values) {
  const told = [];
  const say = (field, before, after) => before !== after && told.push(t('edit.effect', {field, before: before || t('edit.nothing'), after: after || t('edit.nothing')}));
  say(t('account.name'), group.displayName ?? '', values.displayName ?? '');
  say(t('account.description'), group.description ?? '', values.description ?? '');
  say(t('account.plan'), planTitle(group.plan), planTitle(values.plan));
  if (Boolean(values.membersOnly) !== Boolean(group.membersOnly)) told.push(t(values.membersOnly ? 'edit.closes' : 'edit.opens'));
  const before = allowancesOf(group.plan, group.allowances);
  const after = limits(values, group.allowances);
  const types = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changed = types.filter((type) => before.get(type)?.amount !== after.get(type)?.amount);
  for (const type of changed) told.push(limitEffect(group, type, big(before.get(type)?.amount), after.get(type)));
  if (changed.length > 0) told.push(t('plan.keepsUsed'));
  return told.length > 0 ? told : [t('edit.noEffect')];
}

function limitEffect(group, type, before, after) {
  if (!after) return t('group.limitEnds', {type: typeTitle(type)});
  const balance = group.balances?.find((each) => each.tokenType === type);
  const left = big(balance?.available) - big(balance?.debt) + big(after.amount) - before;
  return t('group.limitEffect', {
    type: typeTitle(type),
    used: big(balance?.consumed) + big(balance?.held),
    granted: big(balance?.granted),
    limit: big(after.amount),
    left: left > 0n ? left : 0n,
  });
}
