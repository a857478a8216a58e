// Everything about an account that is not its plan or its status: names, end, zone, language, allowances.
import {html} from 'lit';
import {knownCatalog, typeTitle} from '../../catalog.js';
import {checkField, textField, timeField} from '../../components/fields.js';
import {big, dateTime, fromLocalInput, parseAmount, toLocalInput} from '../../format.js';
import {t} from '../../i18n.js';
import {update} from './account-changes.js';
import {allowancesOf, allowanceText, seconds} from './names.js';

const DAY_S = 86_400;

export function editAccount(account) {
  const own = Object.fromEntries((account.allowances ?? []).map((each) => [`own-${each.tokenType}`, each.amount ?? '0']));
  const types = knownCatalog().tokenTypes;
  return update(account, {
    title: t('edit.title', {account: account.accountId}),
    values: {
      displayName: account.displayName,
      description: account.description,
      expireTime: toLocalInput(account.expireTime),
      graceDays: account.gracePeriod ? String(Math.round(seconds(account.gracePeriod) / DAY_S)) : '',
      timeZone: account.timeZone,
      locale: account.locale,
      membersOnly: account.membersOnly ?? false,
      ...own,
    },
    fields: (form) => html`
      <div class="field-row">
        ${textField(form, {name: 'displayName', label: t('account.name'), maxlength: 128})}
        ${textField(form, {name: 'description', label: t('account.description'), maxlength: 512})}
        ${timeField(form, {name: 'expireTime', label: t('account.expires'), hint: t('edit.expiresHint')})}
        ${textField(form, {name: 'graceDays', label: t('edit.graceDays'), inputmode: 'numeric'})}
        ${textField(form, {name: 'timeZone', label: t('account.timeZone'), hint: t('account.zoneHint')})}
        ${textField(form, {name: 'locale', label: t('account.locale'), hint: t('edit.localeHint')})}
      </div>
      <fieldset><legend>${t('edit.own')}</legend>
        <div class="field-row">${types.map(({name}) => textField(form, {
          name: `own-${name}`, label: typeTitle(name), inputmode: 'numeric', hint: t('edit.ownHint', {allowance: allowanceText(allowancesOf(account.plan).get(name))}),
        }))}</div>
      </fieldset>
      ${checkField(form, {name: 'membersOnly', label: t('account.membersOnly'), hint: t('account.membersOnlyHint')})}`,
    check: (values) => ({
      graceDays: values.graceDays && !(parseAmount(values.graceDays) >= 0n) ? t('amount.wrong') : '',
      ...Object.fromEntries(types.map(({name}) => [`own-${name}`, wrongOwn(values[`own-${name}`])])),
    }),
    explain: (values) => editEffects(account, values),
    confirm: t('action.save'),
    mask: 'displayName,description,expireTime,gracePeriod,timeZone,locale,membersOnly,allowances',
    changed: ({displayName, description, expireTime, graceDays, timeZone, locale, membersOnly, ...rest}) => ({
      displayName,
      description,
      timeZone,
      locale,
      membersOnly,
      expireTime: keptTime(account.expireTime, expireTime),
      gracePeriod: graceDays ? `${parseAmount(graceDays) * BigInt(DAY_S)}s` : undefined,
      allowances: ownAllowances(account, rest),
    }),
    done: () => t('edit.done', {account: account.accountId}),
  });
}

const wrongOwn = (text) => (text && !(parseAmount(text) >= 0n) ? t('amount.wrong') : '');

/** A field shows minutes: what nobody touched keeps its seconds. */
function keptTime(before, input) {
  return input === toLocalInput(before) ? before : fromLocalInput(input);
}

function ownAllowances(account, values) {
  const known = new Map((account.allowances ?? []).map((each) => [each.tokenType, each]));
  return Object.entries(values)
    .filter(([name, text]) => name.startsWith('own-') && text)
    .map(([name, text]) => ({...known.get(name.slice(4)), tokenType: name.slice(4), amount: String(parseAmount(text))}));
}

function editEffects(account, values) {
  const effects = [];
  const told = (name, label, show = (value) => value || t('edit.nothing')) => {
    const before = account[name] ?? '';
    if ((values[name] ?? '') !== before) effects.push(t('edit.effect', {field: label, before: show(before), after: show(values[name])}));
  };
  told('displayName', t('account.name'));
  told('description', t('account.description'));
  told('timeZone', t('account.timeZone'));
  told('locale', t('account.locale'));
  if (values.expireTime !== toLocalInput(account.expireTime)) {
    effects.push(values.expireTime ? t('edit.expires', {time: dateTime(values.expireTime)}) : t('edit.expiresNever'));
  }
  if (Boolean(values.membersOnly) !== Boolean(account.membersOnly)) effects.push(t(values.membersOnly ? 'edit.closes' : 'edit.opens'));
  const before = allowancesOf(account.plan, account.allowances);
  const after = allowancesOf(account.plan, ownAllowances(account, Object.fromEntries(Object.entries(values).filter(([name, text]) => name.startsWith('own-') && parseAmount(text) !== null))));
  for (const [type, each] of after) {
    if (big(each.amount) !== big(before.get(type)?.amount)) effects.push(t('edit.effect', {field: typeTitle(type), before: allowanceText(before.get(type)), after: allowanceText(each)}));
  }
  return effects.length > 0 ? effects : [t('edit.noEffect')];
}
