// What operators do to the tokens of an account: grant, revoke, adjust, return a hold.
import {html} from 'lit';
import {admin} from '../../api.js';
import {featureTitle, typeTitle} from '../../catalog.js';
import {openDialog} from '../../components/dialog.js';
import {amountField, checkField, selectField, textField, timeField} from '../../components/fields.js';
import {amounts, big, dateTime, fromLocalInput, parseAmount} from '../../format.js';
import {t} from '../../i18n.js';
import {session} from '../../session.js';
import {typeChoices} from './names.js';

const REASON = /^[A-Za-z0-9_-]{1,64}$/;

/** Who does it, for the history: the name of the credential, as far as an id may be so. */
const actor = () => (session.caller?.name ?? '').replace(/[^A-Za-z0-9._:@+|~=-]/g, '_').slice(0, 128);

const balanceOf = (balances, type) => balances.find((each) => each.tokenType === type) ?? {};
const net = (balance) => big(balance.available) - big(balance.debt);

function beforeAndAfter(balances, type, change) {
  const before = net(balanceOf(balances, type));
  const after = before + change;
  const args = {type: typeTitle(type), before: before < 0n ? 0n : before, after: after < 0n ? 0n : after};
  return [
    t('tokens.beforeAfter', args),
    after < 0n ? t('tokens.debtAfter', {count: -after, type: typeTitle(type)}) : '',
    before < 0n && change > 0n ? t('tokens.coversDebt', {count: change < -before ? change : -before}) : '',
  ];
}

function reasonFields(form, suggestions) {
  return html`<div class="field-row">
    ${textField(form, {name: 'reason', label: t('tokens.reason'), hint: t('tokens.reasonHint', {examples: suggestions}), required: true, maxlength: 64})}
    ${textField(form, {name: 'note', label: t('tokens.note'), hint: t('field.optional'), maxlength: 256})}
  </div>`;
}

const checkReason = ({reason}) => (REASON.test(reason ?? '') ? '' : t('tokens.reasonWrong'));

export function grantTokens(account, balances, tokenType) {
  const id = account.accountId;
  return openDialog({
    title: t('grant.title', {account: id}),
    values: {tokenType: tokenType ?? typeChoices()[0]?.value, reason: 'reward'},
    fields: (form) => html`
      <div class="field-row">
        ${amountField(form, {name: 'amount', label: t('tokens.amount'), required: true})}
        ${selectField(form, {name: 'tokenType', label: t('tokens.type'), choices: typeChoices()})}
      </div>
      ${reasonFields(form, 'purchase, referral, reward')}
      <div class="field-row">
        ${timeField(form, {name: 'expireTime', label: t('grant.expires'), hint: t('grant.expiresHint')})}
        ${textField(form, {name: 'payment', label: t('grant.payment'), hint: t('grant.paymentHint'), maxlength: 128})}
      </div>`,
    check: (values) => ({
      amount: parseAmount(values.amount) > 0n ? '' : t('amount.atLeastOne'),
      reason: checkReason(values),
      expireTime: values.expireTime && new Date(values.expireTime) <= new Date() ? t('grant.expired') : '',
    }),
    explain: ({amount, tokenType: type, expireTime}) => {
      const count = parseAmount(amount);
      if (!(count > 0n)) return [];
      return [
        ...beforeAndAfter(balances, type, count),
        expireTime ? t('grant.lapses', {time: dateTime(expireTime)}) : t('grant.stays'),
      ];
    },
    confirm: ({amount}) => (parseAmount(amount) > 0n ? t('grant.confirmCount', {count: parseAmount(amount)}) : t('grant.confirm')),
    submit: ({amount, tokenType: type, reason, note, expireTime, payment}, requestId) =>
      admin('CreateGrant', {
        accountId: id,
        tokenType: type,
        amount: String(parseAmount(amount)),
        reason,
        note,
        actor: actor(),
        expireTime: fromLocalInput(expireTime),
        requestId: payment?.trim() || requestId,
      }),
    // With an id of this dialog, it was a try of this dialog that was carried out.
    done: (answer, {amount, tokenType: type, payment}) =>
      t(answer.replayed && payment?.trim() ? 'grant.replayed' : 'grant.done', {count: parseAmount(amount), type: typeTitle(type), account: id}),
  });
}

export function revokeGrant(account, balances, grant) {
  const remaining = big(grant.remaining);
  const held = big(grant.held);
  return openDialog({
    title: t('revoke.title', {grant: grant.grantId}),
    values: {},
    fields: (form) => textField(form, {name: 'note', label: t('tokens.note'), hint: t('field.optional'), maxlength: 256}),
    explain: () => [
      t('revoke.takes', {count: remaining, type: typeTitle(grant.tokenType)}),
      ...beforeAndAfter(balances, grant.tokenType, grant.state === 'GRANT_STATE_SCHEDULED' ? 0n : -remaining),
      held > 0n ? t('revoke.held', {count: held}) : '',
    ],
    confirm: t('revoke.confirm'),
    danger: true,
    submit: ({note}, requestId) =>
      admin('RevokeGrant', {accountId: account.accountId, grantId: grant.grantId, note, actor: actor(), requestId}),
    done: (answer) => t('revoke.done', {count: big(answer.revoked), type: typeTitle(grant.tokenType)}),
  });
}

export function adjustBalance(account, balances, tokenType) {
  const id = account.accountId;
  const lacks = ({amount, tokenType: type}) => net(balanceOf(balances, type)) + (parseAmount(amount) ?? 0n) < 0n;
  return openDialog({
    title: t('adjust.title', {account: id}),
    values: {tokenType: tokenType ?? typeChoices()[0]?.value, reason: 'correction'},
    fields: (form) => html`
      <div class="field-row">
        ${amountField(form, {name: 'amount', label: t('adjust.amount'), hint: t('adjust.amountHint'), required: true, inputmode: 'text'})}
        ${selectField(form, {name: 'tokenType', label: t('tokens.type'), choices: typeChoices()})}
      </div>
      ${reasonFields(form, 'correction, goodwill')}
      ${checkField(form, {name: 'allowDebt', label: t('adjust.allowDebt'), hint: t('adjust.allowDebtHint')})}`,
    check: (values) => {
      const amount = parseAmount(values.amount);
      return {
        amount: !amount ? t('amount.notZero') : amount < 0n && lacks(values) && !values.allowDebt ? t('adjust.tooMany') : '',
        reason: checkReason(values),
      };
    },
    explain: ({amount, tokenType: type}) => {
      const count = parseAmount(amount);
      if (!count) return [];
      return [...beforeAndAfter(balances, type, count), t(count > 0n ? 'adjust.more' : 'adjust.less')];
    },
    confirm: t('adjust.confirm'),
    submit: ({amount, tokenType: type, reason, note, allowDebt}, requestId) =>
      admin('AdjustBalance', {
        accountId: id,
        tokenType: type,
        amount: String(parseAmount(amount)),
        reason,
        note,
        actor: actor(),
        allowDebt: Boolean(allowDebt),
        requestId,
      }),
    done: (answer) => t('adjust.done', {type: typeTitle(answer.balance?.tokenType), count: big(answer.balance?.available)}),
  });
}

export function refundReservation(reservation) {
  return openDialog({
    title: t('refund.title', {reservation: reservation.reservationId}),
    values: {},
    fields: (form) => textField(form, {name: 'reason', label: t('tokens.reason'), hint: t('refund.reasonHint'), required: true, maxlength: 256}),
    check: ({reason}) => ({reason: reason?.trim() ? '' : t('refund.reasonMissing')}),
    explain: () => [
      t('refund.returns', {amounts: amounts(reservation.amounts, typeTitle), account: reservation.accountId}),
      t('refund.running', {feature: featureTitle(reservation.feature)}),
    ],
    confirm: t('refund.confirm'),
    danger: true,
    submit: ({reason}) =>
      admin('RefundReservation', {accountId: reservation.accountId, reservationId: reservation.reservationId, reason}),
    done: (answer) => t('refund.done', {amounts: amounts(answer.returned, typeTitle)}),
  });
}
