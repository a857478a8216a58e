// A balance as a bar: green, yellow from 80 % used, red from 95 %; words beside the colour say the same.
import {html, nothing} from 'lit';
import {big, compact, number, percent} from '../format.js';
import {t} from '../i18n.js';
import {typeTitle} from '../catalog.js';
import './time.js';

/** Share of what was granted that is gone, in whole percent; exact for any int64. */
export function usedPercent(balance) {
  const granted = big(balance.granted);
  if (granted <= 0n) return 100;
  return Number(((granted - big(balance.available)) * 100n) / granted);
}

/** `ok`, `low` or `out`, as the colours are. */
export function level(balance) {
  const used = usedPercent(balance);
  if (used >= 95) return 'out';
  return used >= 80 ? 'low' : 'ok';
}

/** Adjustments into debt can take away more than there ever was. */
function grantedOf(balance) {
  const granted = big(balance.granted);
  return granted > 0n ? granted : 0n;
}

const share = (part, whole) => (whole > 0n ? Math.max(0, Math.min(100, Number((part * 1000n) / whole) / 10)) : 0);

/** The bar alone. */
export function bar(balance) {
  const granted = grantedOf(balance);
  const consumed = share(big(balance.consumed), granted);
  const held = Math.min(share(big(balance.held), granted), 100 - consumed);
  const left = t('bar.left', {available: big(balance.available), granted, type: balance.title || typeTitle(balance.tokenType)});
  return html`<div class="bar bar-${level(balance)}" role="meter" aria-label=${left}
      aria-valuemin="0" aria-valuemax="100" aria-valuenow=${100 - usedPercent(balance)}
      aria-valuetext=${left}>
    <span class="bar-used" .style=${`inline-size: ${consumed}%`}></span>
    <span class="bar-held" .style=${`inline-size: ${held}%`}></span>
  </div>`;
}

/** Of a large number its beginning: 1.9M. */
const shorter = (value) => (big(value) < 100_000n ? big(value) : compact(Number(value)));

/** A small one with its numbers, for tables and cards. */
export function miniBar(balance) {
  return html`<div class="mini-bar">
    <span class="mini-bar-text"><bdi>${balance.title || typeTitle(balance.tokenType)}</bdi>
      <span class="figure">${t('bar.of', {available: shorter(balance.available), granted: shorter(grantedOf(balance))})}</span></span>
    ${bar(balance)}
  </div>`;
}

/** A whole one: numbers, words, next reset. `actions` stands at its end. */
export function balanceCard(balance, actions = nothing) {
  return html`<div class="panel balance">
    <header>
      <h2><bdi>${balance.title || typeTitle(balance.tokenType)}</bdi> ${badge(balance)}</h2>
      ${actions}
    </header>
    <p class="balance-figure"><strong class="figure ${number(balance.available).length > 11 ? 'long' : ''}">${number(balance.available)}</strong>
      <span class="muted">${t('bar.ofGranted', {granted: grantedOf(balance)})}</span></p>
    ${bar(balance)}
    <dl class="balance-parts">
      ${part('balance.consumed', balance.consumed, 'used')} ${part('balance.held', balance.held, 'held')}
      ${big(balance.lapsed) > 0n ? part('balance.lapsed', balance.lapsed) : nothing}
      ${big(balance.debt) > 0n ? part('balance.debt', balance.debt, 'debt') : nothing}
      <div><dt>${t('balance.usedRatio')}</dt><dd class="figure">${percent(usedPercent(balance) / 100)}</dd></div>
    </dl>
    <p class="balance-reset"><span class="muted">${t('balance.reset')}</span>
      <tg-time .value=${balance.resetTime} .none=${t('balance.neverResets')}></tg-time></p>
  </div>`;
}

function part(key, value, kind = '') {
  return html`<div class="part-${kind}"><dt>${t(key)}</dt><dd class="figure">${number(value)}</dd></div>`;
}

function badge(balance) {
  if (big(balance.debt) > 0n) return html`<span class="badge badge-out">${t('balance.inDebt')}</span>`;
  if (big(balance.available) === 0n) return html`<span class="badge badge-out">${t('balance.usedUp')}</span>`;
  const at = level(balance);
  if (at === 'ok') return nothing;
  return html`<span class="badge badge-${at}">${t(at === 'out' ? 'balance.nearlyOut' : 'balance.low')}</span>`;
}
