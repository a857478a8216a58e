// A group as a card: who it is, how many are in it, what is left of each token type, what can be done about it.
import {html, nothing} from 'lit';
import {miniBar} from '../../components/bar.js';
import {big} from '../../format.js';
import {t} from '../../i18n.js';
import {groupHref} from '../../router.js';
import {may} from '../../session.js';
import {statusBadge} from '../account/names.js';
import {addUsers} from './bulk.js';
import {deleteGroup, editGroup} from './changes.js';

/** `changed` is called after something was changed here. */
export function groupCard(group, changed) {
  const id = group.accountId;
  const holds = big(group.openReservations);
  const notes = [holds > 0n ? t('group.holds', {count: holds}) : '', group.membersOnly ? '' : t('group.open')].filter(Boolean);
  const act = async (dialog) => (await dialog) !== undefined && changed();
  return html`<div class="panel card" role="listitem">
    <header>
      <div><h2><a href=${groupHref(id)}><bdi>${group.displayName || id}</bdi></a></h2>
        ${group.displayName ? html`<small class="muted"><bdi dir="ltr">${id}</bdi></small>` : nothing}</div>
      ${statusBadge(group)}
    </header>
    ${group.description ? html`<p class="card-text"><bdi>${group.description}</bdi></p>` : nothing}
    <div class="card-bars">${(group.balances ?? []).map(miniBar)}</div>
    ${notes.length > 0 ? html`<p class="muted card-note">${notes.join(' · ')}</p>` : nothing}
    <footer>
      <span class="muted grow">${t('group.members', {count: big(group.memberCount)})}</span>
      <span class="buttons">${groupButtons(group, act)}</span>
    </footer>
  </div>`;
}

/** What the caller may do about a group; `act` takes the dialog, `removed` that of deleting it. */
export function groupButtons(group, act, removed = act) {
  const name = {group: group.accountId};
  return html`
    ${may('BatchAddMembers') ? button(t('bulk.open'), t('bulk.addTitle', name), () => act(addUsers(group))) : nothing}
    ${may('UpdateAccount') ? button(t('edit.open'), t('group.editTitle', name), () => act(editGroup(group))) : nothing}
    ${may('DeleteAccount') ? button(t('delete.open'), t('group.deleteTitle', name), () => removed(deleteGroup(group)), 'danger outline') : nothing}`;
}

function button(text, label, click, kind = 'secondary outline') {
  return html`<button type="button" class="${kind} small" aria-label=${label} @click=${click}>${text}</button>`;
}
