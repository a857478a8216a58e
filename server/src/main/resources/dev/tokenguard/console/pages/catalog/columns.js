// The columns of the catalog's tables.
import {html, nothing} from 'lit';
import {featureTitle, typeTitle} from '../../catalog.js';
import {amounts, percent} from '../../format.js';
import {t} from '../../i18n.js';
import {allowanceText} from '../account/names.js';

/** What it is called, and its name in the file. */
function nameColumn() {
  return {
    title: t('catalog.name'),
    id: true,
    cell: ({name, title}) => html`<span><bdi>${title || name}</bdi> <small class="muted"><bdi dir="ltr">${name}</bdi></small></span>`,
    text: ({name}) => name,
  };
}

const titleColumn = () => ({title: t('catalog.title'), csvOnly: true, text: ({title}) => title});

export function planColumns({features = []}) {
  const everyFeature = () => t('catalog.allFeatures', {count: features.length});
  return [
    nameColumn(),
    titleColumn(),
    {
      title: t('catalog.gives'),
      cell: ({allowances = []}) => (allowances.length === 0 ? t('amounts.none') : lines(allowances.map((each) => t('create.gets', {type: typeTitle(each.tokenType), allowance: allowance(each)})))),
      text: ({allowances = []}) => allowances.map((each) => `${each.tokenType} ${each.amount ?? 0} ${each.resets || 'never'}`).join('; '),
    },
    {
      title: t('catalog.features'),
      cell: (plan) => (plan.allFeatures ? everyFeature() : html`<span>${(plan.features ?? []).map((name) => html`<span class="badge"><bdi>${featureTitle(name)}</bdi></span> `)}</span>`),
      text: (plan) => (plan.allFeatures ? '*' : (plan.features ?? []).join(' ')),
    },
    {title: t('account.timeZone'), cell: ({timeZone}) => html`<bdi dir="ltr">${timeZone || 'UTC'}</bdi>`, text: ({timeZone}) => timeZone || 'UTC'},
    {title: t('catalog.overage'), cell: ({overage}) => (overage ? t(`overage.${overage}`) : nothing), text: ({overage}) => overage},
    {title: t('catalog.lateCommit'), cell: ({lateCommit}) => (lateCommit ? t(`late.${lateCommit}`) : nothing), text: ({lateCommit}) => lateCommit},
  ];
}

export function featureColumns({plans = []}) {
  const has = (plan, name) => plan.allFeatures || plan.features?.includes(name);
  return [
    nameColumn(),
    titleColumn(),
    {
      title: t('catalog.cost'),
      cell: ({cost}) => (Object.keys(cost ?? {}).length === 0 ? html`<span class="badge badge-ok">${t('catalog.free')}</span>` : lines([amounts(cost, typeTitle)])),
      text: ({cost}) => Object.entries(cost ?? {}).map(([type, amount]) => `${type} ${amount}`).join('; '),
    },
    {
      title: t('catalog.inPlans'),
      cell: ({name}) => {
        const of = plans.filter((plan) => has(plan, name));
        if (of.length === 0) return html`<span class="badge badge-low">${t('catalog.inNoPlan')}</span>`;
        return html`<span>${of.map((plan) => html`<span class="badge"><bdi>${plan.title || plan.name}</bdi></span> `)}</span>`;
      },
      text: ({name}) => plans.filter((plan) => has(plan, name)).map((plan) => plan.name).join(' '),
    },
  ];
}

export function typeColumns() {
  return [
    nameColumn(),
    titleColumn(),
    {title: t('catalog.lowBelow'), numeric: true, cell: ({lowPercent}) => percent((lowPercent ?? 0) / 100), text: ({lowPercent}) => lowPercent},
  ];
}

/** The allowance with what is special about it. */
function allowance(each) {
  const rollover = BigInt(each.rolloverMax ?? 0);
  return [
    allowanceText(each),
    rollover > 0n ? t('catalog.rollover', {count: rollover}) : '',
    each.carryDebt ? t('catalog.carriesDebt') : '',
  ].filter(Boolean).join(t('amounts.and'));
}

function lines(texts) {
  return html`<span>${texts.map((text) => html`<span class="line">${text}</span>`)}</span>`;
}
