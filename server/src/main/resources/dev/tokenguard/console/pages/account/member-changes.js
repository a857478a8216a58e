// What operators do to the members of an account: add, cap, remove.
import {html} from 'lit';
import {admin} from '../../api.js';
import {typeTitle} from '../../catalog.js';
import {openDialog} from '../../components/dialog.js';
import {amountField, checkField, textField} from '../../components/fields.js';
import {amounts, big, parseAmount} from '../../format.js';
import {t} from '../../i18n.js';
import {ID} from './account-changes.js';
import {typeChoices} from './names.js';

function capFields(form) {
  return html`<fieldset><legend>${t('member.caps')}</legend>
    <div class="field-row">${typeChoices().map(({value, label}) => amountField(form, {name: `cap-${value}`, label, hint: t('member.capHint')}))}</div>
  </fieldset>`;
}

function capsOf(values) {
  const set = Object.entries(values).filter(([name, text]) => name.startsWith('cap-') && text);
  return Object.fromEntries(set.map(([name, text]) => [name.slice(4), String(parseAmount(text))]));
}

function checkCaps(values) {
  const caps = Object.entries(values).filter(([name, text]) => name.startsWith('cap-') && text);
  return Object.fromEntries(caps.map(([name, text]) => [name, parseAmount(text) >= 0n ? '' : t('amount.wrong')]));
}

export function addMember(account) {
  const id = account.accountId;
  return openDialog({
    title: t('member.addTitle', {account: id}),
    values: {},
    fields: (form) => html`
      ${textField(form, {name: 'memberId', label: t('member.id'), hint: t('account.idHint'), required: true, maxlength: 128})}
      ${capFields(form)}
      ${checkField(form, {name: 'paysForItself', label: t('member.paysForItself'), hint: t('member.paysForItselfHint')})}
      ${checkField(form, {name: 'move', label: t('member.move'), hint: t('member.moveHint')})}`,
    check: (values) => ({memberId: ID.test(values.memberId ?? '') ? '' : t('account.idWrong'), ...checkCaps(values)}),
    explain: (values) => {
      if (!values.memberId) return [];
      const args = {member: values.memberId, account: id};
      return [
        t(values.paysForItself ? 'member.named' : 'member.paid', args),
        Object.keys(capsOf(values)).length > 0 ? t('member.capped', {...args, amounts: amounts(capsOf(values), typeTitle)}) : t('member.uncapped', args),
        values.move ? t('member.moves', args) : '',
      ];
    },
    confirm: t('member.addConfirm'),
    submit: (values, requestId) =>
      admin('AddMember', {
        accountId: id,
        memberId: values.memberId,
        caps: capsOf(values),
        paysForItself: Boolean(values.paysForItself),
        move: Boolean(values.move),
        requestId,
      }),
    done: (answer, {memberId}) => t('member.addDone', {member: memberId, account: id}),
  });
}

export function capMember(account, member) {
  const used = new Map((member.balances ?? []).map((each) => [each.tokenType, big(each.consumed) + big(each.held)]));
  return openDialog({
    title: t('member.capTitle', {member: member.memberId}),
    values: Object.fromEntries(Object.entries(member.caps ?? {}).map(([type, cap]) => [`cap-${type}`, cap])),
    fields: capFields,
    check: checkCaps,
    explain: (values) => {
      const caps = capsOf(values);
      const types = [...new Set([...Object.keys(member.caps ?? {}), ...Object.keys(caps)])].sort();
      const changed = types.filter((type) => caps[type] !== member.caps?.[type]);
      if (changed.length === 0) return [t('edit.noEffect')];
      return changed.map((type) => {
        const cap = caps[type];
        const args = {type: typeTitle(type), before: member.caps?.[type] ? big(member.caps[type]) : t('member.noCap')};
        if (cap === undefined) return t('member.capEnds', args);
        const left = big(cap) - (used.get(type) ?? 0n);
        return t('member.capEffect', {...args, after: big(cap), used: used.get(type) ?? 0n, left: left > 0n ? left : 0n});
      });
    },
    confirm: t('action.save'),
    submit: (values, requestId) =>
      admin('UpdateMember', {accountId: account.accountId, memberId: member.memberId, caps: capsOf(values), requestId}),
    done: () => t('member.capDone', {member: member.memberId}),
  });
}

export function removeMember(account, member) {
  const args = {member: member.memberId, account: account.accountId};
  const held = (member.balances ?? []).reduce((sum, each) => sum + big(each.held), 0n);
  return openDialog({
    title: t('member.removeTitle', args),
    values: {},
    explain: () => [t('member.paysAlone', args), held > 0n ? t('member.heldStays', {...args, count: held}) : ''],
    confirm: t('member.removeConfirm'),
    danger: true,
    submit: (values, requestId) =>
      admin('RemoveMember', {accountId: account.accountId, memberId: member.memberId, requestId}),
    done: () => t('member.removeDone', args),
  });
}
