// Names for people of what the protocol's enums say, and the colours that go with them.
import {html} from 'lit';
import {knownCatalog, planTitle, typeTitle} from '../../catalog.js';
import {big} from '../../format.js';
import {t} from '../../i18n.js';

/** INSUFFICIENT_TOKENS, with the enum's prefix or without. */
export function denialTitle(reason) {
  return t(`denial.${String(reason ?? '').replace('DENIAL_REASON_', '') || 'UNSPECIFIED'}`);
}

export function kindTitle(kind) {
  return t(`kind.${String(kind ?? '').replace('TRANSACTION_KIND_', '') || 'UNSPECIFIED'}`);
}

export const isSuspended = (account) => account.status === 'ACCOUNT_STATUS_SUSPENDED';

/** When nothing may be spent any more: the end of the subscription and its grace. */
export function endOf(account) {
  if (!account.expireTime) return undefined;
  return new Date(Date.parse(account.expireTime) + seconds(account.gracePeriod) * 1000);
}

/** Seconds of a duration such as 3600s. */
export const seconds = (duration) => Number(String(duration ?? '0s').replace('s', ''));

export function statusBadge(account) {
  if (isSuspended(account)) return html`<span class="badge badge-out">${t('status.SUSPENDED')}</span>`;
  const end = endOf(account);
  if (end && end <= Date.now()) return html`<span class="badge badge-out">${t('status.EXPIRED')}</span>`;
  if (account.expireTime && Date.parse(account.expireTime) <= Date.now()) return html`<span class="badge badge-low">${t('status.GRACE')}</span>`;
  return html`<span class="badge badge-ok">${t('status.ACTIVE')}</span>`;
}

export function statusText(account) {
  return t(isSuspended(account) ? 'status.SUSPENDED' : 'status.ACTIVE');
}

const RESETS = ['never', 'daily', 'weekly', 'monthly'];

/** "100, monthly". */
export function allowanceText(allowance) {
  if (!allowance) return t('allowance.none');
  const resets = allowance.resets || 'never';
  return t('allowance.text', {amount: big(allowance.amount), resets: RESETS.includes(resets) ? t(`resets.${resets}`) : resets});
}

/** What an account has of each token type in every period, its own allowances before its plan's. */
export function allowancesOf(planName, own = []) {
  const plan = knownCatalog().plans.find((each) => each.name === planName);
  const merged = new Map((plan?.allowances ?? []).map((each) => [each.tokenType, each]));
  for (const each of own) merged.set(each.tokenType, {...each, resets: each.resets || merged.get(each.tokenType)?.resets});
  return merged;
}

/** Choices of a select field. */
export const planChoices = () => knownCatalog().plans.map(({name}) => ({value: name, label: planTitle(name)}));
export const typeChoices = () => knownCatalog().tokenTypes.map(({name}) => ({value: name, label: typeTitle(name)}));
