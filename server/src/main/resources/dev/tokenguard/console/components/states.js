// What is shown instead of data: that it is on its way, that there is none, that something went wrong.
import {html, nothing} from 'lit';
import {t} from '../i18n.js';

const CODES = [
  'network', 'invalid_argument', 'not_found', 'already_exists', 'permission_denied', 'unauthenticated',
  'resource_exhausted', 'failed_precondition', 'aborted', 'out_of_range', 'unimplemented', 'internal',
  'unavailable', 'deadline_exceeded',
];

export function skeleton(lines = 3) {
  return html`<div class="skeleton" role="status" aria-label=${t('state.loading')}>
    ${Array.from({length: lines}, () => html`<span class="skeleton-line"></span>`)}
  </div>`;
}

/** There is nothing; `hint` says what to do about it. `page`: there is nothing else on the page. */
export function empty(title, hint, action = nothing, {page = false} = {}) {
  return html`<div class="empty">
    ${page ? html`<h1 class="empty-title">${title}</h1>` : html`<p class="empty-title">${title}</p>`}
    ${hint ? html`<p class="muted">${hint}</p>` : nothing} ${action}
  </div>`;
}

/** What a fault means for who sees it. */
export function advice(error) {
  return t(`error.todo.${CODES.includes(error.code) ? error.code : 'other'}`);
}

/** Something went wrong: what, how the server put it, what to do, and again. */
export function failure(error, retry) {
  return html`<div class="failure" role="alert">
    <p class="failure-title">${advice(error)}</p>
    ${serverSaid(error)}
    ${retry ? html`<button type="button" class="secondary small" @click=${retry}>${t('action.retry')}</button>` : nothing}
  </div>`;
}

/** The server's own words, for whoever looks into it. */
export function serverSaid(error) {
  const code = error.reason || error.code || error.name;
  return html`<p class="server-said"><code>${code}</code> <bdi lang="en" dir="ltr">${error.message}</bdi></p>`;
}
