// The calculator's answer: of the server's Check, else from the catalog and the balances that may be read.
import {admin, guard} from '../../api.js';
import {big} from '../../format.js';
import {language} from '../../i18n.js';
import {may} from '../../session.js';
import {endOf, isSuspended} from '../account/names.js';

/**
 * Of {account, member, feature, times: BigInt}, gives {question, checked, allowed, denial, cost, rows}: `cost` by token
 * type, `rows` of {type, cost, available, times} where `times` is how often it can be paid for; `checked` if the server
 * decided.
 */
export async function answerOf(question, catalog) {
  const single = catalog.features?.find(({name}) => name === question.feature)?.cost ?? {};
  const cost = Object.fromEntries(Object.entries(single).map(([type, amount]) => [type, big(amount) * question.times]));
  const decision = may('Check') ? await checked(question, cost) : await computed(question, cost, catalog);
  const rows = Object.entries(cost).map(([type, amount]) => {
    const available = decision.available.get(type);
    return {type, cost: amount, available, times: available === undefined || big(single[type]) === 0n ? undefined : big(available) / big(single[type])};
  });
  return {question, cost, rows, ...decision};
}

async function checked({account, member, feature, times}, cost) {
  const amounts = times > 1n ? Object.fromEntries(Object.entries(cost).map(([type, amount]) => [type, String(amount)])) : {};
  const answer = await guard('Check', {accountId: account, memberId: member, feature, amounts, locale: language().locale});
  // A denial that is about no token type comes without balances.
  const told = Boolean(answer.balances?.length) || !may('GetAccount');
  const balances = told ? answer.balances : await admin('GetAccount', {accountId: account}).then((each) => each.account.balances, () => []);
  return {checked: true, allowed: Boolean(answer.allowed), denial: answer.denial, available: availableOf(balances)};
}

function availableOf(balances = []) {
  return new Map(balances.map((each) => [each.tokenType, each.available ?? '0']));
}

/** The same reasons in the same order, as far as the account and the catalog tell them. */
async function computed({account: id, member: memberId, feature}, cost, catalog) {
  const account = await accountOf(id, catalog);
  if (!account) return {...denied('ACCOUNT_NOT_FOUND'), available: new Map()};
  const available = availableOf(account.balances);
  const member = memberId ? await memberOf(id, memberId) : undefined;
  return {...decide({account, member, memberId, feature, cost, catalog, available}), available};
}

/** One that nobody opened yet is as its first use would open it. */
async function accountOf(accountId, {defaultPlan, plans = []}) {
  try {
    return (await admin('GetAccount', {accountId})).account;
  } catch (error) {
    if (error.code !== 'not_found') throw error;
    const plan = plans.find(({name}) => defaultPlan && name === defaultPlan);
    return plan && {plan: defaultPlan, balances: (plan.allowances ?? []).map(({tokenType, amount}) => ({tokenType, available: amount ?? '0'}))};
  }
}

async function memberOf(accountId, memberId) {
  if (!may('GetMember')) return undefined;
  try {
    return (await admin('GetMember', {accountId, memberId})).member;
  } catch (error) {
    if (error.code !== 'not_found') throw error;
    return undefined;
  }
}

function decide({account, member, memberId, feature, cost, catalog, available}) {
  if (isSuspended(account)) return denied('ACCOUNT_SUSPENDED');
  if (endOf(account) && endOf(account) <= Date.now()) return denied('SUBSCRIPTION_EXPIRED');
  if (account.membersOnly && !(memberId && member?.added)) return denied('NOT_A_MEMBER');
  const plan = catalog.plans?.find(({name}) => name === account.plan);
  if (plan && !plan.allFeatures && !plan.features?.includes(feature)) return denied('FEATURE_NOT_IN_PLAN');
  const types = Object.keys(cost);
  if (types.some((type) => !available.has(type))) return denied('FEATURE_NOT_IN_PLAN');
  const share = (type) => member?.balances?.find((each) => each.tokenType === type);
  const capped = types.find((type) => share(type)?.cap !== undefined && big(share(type).cap) - big(share(type).consumed) - big(share(type).held) < cost[type]);
  if (capped) return denied('MEMBER_LIMIT_REACHED');
  return types.some((type) => big(available.get(type)) < cost[type]) ? denied('INSUFFICIENT_TOKENS') : {checked: false, allowed: true};
}

function denied(reason) {
  return {checked: false, allowed: false, denial: {reason}};
}
