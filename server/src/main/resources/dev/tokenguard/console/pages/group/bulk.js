// Adds many users to a group or removes many: what was pasted, then how far it is, then a result for each line.
import {html, nothing} from 'lit';
import {knownCatalog, typeTitle} from '../../catalog.js';
import {Element} from '../../components/element.js';
import {checkField} from '../../components/fields.js';
import {advice, serverSaid} from '../../components/states.js';
import {csvRows, table} from '../../components/table.js';
import {toast} from '../../components/toasts.js';
import {csvText, saveCsv} from '../../download.js';
import {amounts, number} from '../../format.js';
import {t} from '../../i18n.js';
import {readUsers} from './bulk-list.js';
import {BulkRun} from './bulk-run.js';

/** Rows on the screen; the file has all. */
const SHOWN = 100;
const ORDER = ['failed', 'wrong', 'twice', 'waiting', 'done', 'before'];

/** Opens the dialog; gives true once something was sent, undefined if nothing was. */
export const addUsers = (group) => open(group, 'add');

/** `ids` are those to begin with. */
export const removeUsers = (group, ids = []) => open(group, 'remove', ids.join('\n'));

function open(group, kind, text = '') {
  const dialog = document.createElement('tg-bulk');
  Object.assign(dialog, {group, kind, text});
  document.body.append(dialog);
  return dialog.answer;
}

class Bulk extends Element {
  static properties = {
    group: {attribute: false},
    kind: {},
    text: {state: true},
    options: {state: true},
    run: {state: true},
    problem: {state: true},
  };

  #settle;
  #opener = document.activeElement;

  constructor() {
    super();
    this.options = {};
    this.answer = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  firstUpdated() {
    this.querySelector('dialog').showModal();
    this.querySelector('textarea').focus();
  }

  #users() {
    return readUsers(this.text, this.kind === 'add' ? knownCatalog().tokenTypes.map(({name}) => name) : []);
  }

  #request = ({id, caps, requestId}) => {
    const common = {accountId: this.group.accountId, memberId: id, requestId};
    if (this.kind === 'remove') return common;
    const {paysForItself, move} = this.options;
    return {...common, caps, paysForItself: Boolean(paysForItself), move: Boolean(move)};
  };

  #submit(event) {
    event.preventDefault();
    const {lines} = this.#users();
    if (!lines.some(({problem}) => !problem)) {
      this.problem = t('bulk.nobody');
      return;
    }
    this.run = new BulkRun({
      rpc: this.kind === 'add' ? 'BatchAddMembers' : 'BatchRemoveMembers',
      lines,
      request: this.#request,
      told: () => this.requestUpdate(),
    });
    this.run.run();
  }

  async #read(event) {
    const [file] = event.target.files;
    if (!file) return;
    this.text = await file.text();
    this.problem = undefined;
    event.target.value = '';
  }

  #close = (event) => {
    event.preventDefault();
    if (this.run?.busy) return;
    this.run?.end();
    this.querySelector('dialog').close();
    this.remove();
    this.#settle(this.run ? true : undefined);
    if (this.#opener?.isConnected) this.#opener.focus();
  };

  #columns() {
    return [
      {title: t('bulk.line'), numeric: true, cell: ({line}) => number(line), text: ({line}) => line},
      {title: t('member.id'), cell: ({id}) => html`<bdi dir="ltr">${id}</bdi>`, text: ({id}) => id},
      {title: t('bulk.result'), cell: resultBadge, text: ({result}) => result},
      {title: t('bulk.why'), cell: why, text: ({reason, message}) => [reason, message].filter(Boolean).join(': ')},
    ];
  }

  #file() {
    return csvRows(this.#columns(), this.run.lines);
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(csvText(this.#file()));
      toast(t('bulk.copied'));
    } catch (error) {
      toast(t('list.notSaved', {reason: error.message}));
    }
  }

  render() {
    const title = t(this.kind === 'add' ? 'bulk.addTitle' : 'bulk.removeTitle', {group: this.group.accountId});
    return html`<dialog aria-labelledby="bulk-title" @cancel=${this.#close}>
      <article class="wide">
        <header>
          <h2 id="bulk-title">${title}</h2>
          <button type="button" class="icon-button" aria-label=${t('action.close')} ?disabled=${this.run?.busy} @click=${this.#close}>✕</button>
        </header>
        ${this.run ? this.#progress(this.run) : this.#form()}
      </article>
    </dialog>`;
  }

  #form() {
    const {lines, types, unknown} = this.#users();
    const adding = this.kind === 'add';
    const good = lines.filter(({problem}) => !problem);
    const form = {id: 'bulk', values: this.options, set: (name, value) => {
      this.options = {...this.options, [name]: value};
    }};
    return html`<form novalidate @submit=${this.#submit}>
      <div class="field">
        <label for="bulk-users">${t('bulk.users')}</label>
        <textarea id="bulk-users" rows="7" dir="ltr" spellcheck="false" aria-describedby="bulk-hint" aria-invalid=${this.problem ? 'true' : nothing}
          .value=${this.text} @input=${(event) => {
            this.text = event.target.value;
            this.problem = undefined;
          }}></textarea>
        <small id="bulk-hint" class=${this.problem ? 'field-error' : 'muted'}>${this.problem ?? t(adding ? 'bulk.hint' : 'bulk.hintIds')}
          ${adding && !this.problem ? html`<code dir="ltr">${['member_id', ...knownCatalog().tokenTypes.map(({name}) => name)].join(',')}</code>` : nothing}</small>
      </div>
      <label class="file-button">${t('bulk.file')}
        <input class="visually-hidden" type="file" accept=".csv,.txt,text/csv,text/plain" @change=${this.#read}></label>
      ${adding ? html`
        ${checkField(form, {name: 'paysForItself', label: t('member.paysForItself'), hint: t('member.paysForItselfHint')})}
        ${checkField(form, {name: 'move', label: t('member.move'), hint: t('bulk.moveHint')})}` : nothing}
      ${lines.length > 0 ? this.#consequences({lines, good, types, unknown}) : nothing}
      <footer>
        <button type="button" class="secondary outline" @click=${this.#close}>${t('action.cancel')}</button>
        <button type="submit" class=${adding ? '' : 'danger'}>${t(adding ? 'bulk.add' : 'bulk.remove', {count: good.length})}</button>
      </footer>
    </form>`;
  }

  #consequences({lines, good, types, unknown}) {
    const wrong = (problem) => lines.filter((each) => each.problem === problem).length;
    const capped = good.filter(({caps}) => Object.keys(caps).length > 0).length;
    const group = this.group.accountId;
    const adding = this.kind === 'add';
    const texts = [
      t(adding ? 'bulk.adds' : 'bulk.removes', {count: good.length, group}),
      adding && capped > 0 ? t('bulk.capped', {count: capped, types: types.map(typeTitle).join(t('amounts.and'))}) : '',
      adding ? t('bulk.replaces') : t('bulk.heldStays', {group}),
      unknown.length > 0 ? t('bulk.unknownColumns', {columns: unknown.join(t('amounts.and'))}) : '',
      wrong('id') > 0 ? t('bulk.wrongIds', {count: wrong('id'), example: lines.find((each) => each.problem === 'id').id}) : '',
      wrong('cap') > 0 ? t('bulk.wrongCaps', {count: wrong('cap')}) : '',
      wrong('twice') > 0 ? t('bulk.twice', {count: wrong('twice')}) : '',
    ];
    return html`<section class="consequences" aria-live="polite" aria-label=${t('dialog.happens')}>
      <h3>${t('dialog.happens')}</h3><ul>${texts.filter(Boolean).map((text) => html`<li>${text}</li>`)}</ul>
    </section>`;
  }

  #progress(run) {
    const all = run.lines.length;
    const sent = all - run.count('waiting');
    const failed = run.count('failed');
    const rows = [...run.lines].sort((a, b) => ORDER.indexOf(a.result) - ORDER.indexOf(b.result) || a.line - b.line).slice(0, SHOWN);
    return html`
      <p class="bulk-count" role="status">${run.busy ? t('bulk.sent', {done: sent, count: all}) : this.#summary(run)}</p>
      <progress aria-label=${t('bulk.progress')} max=${all} .value=${sent}></progress>
      ${run.fault ? html`<div class="failure" role="alert"><p class="failure-title">${advice(run.fault)}</p>${serverSaid(run.fault)}
        <p class="muted">${t('bulk.goOnSafe')}</p></div>` : nothing}
      <div class="bulk-results" tabindex="0" role="region" aria-label=${t('bulk.results')}>${table({caption: t('bulk.results'), columns: this.#columns(), rows, key: (row) => row.requestId})}</div>
      ${all > SHOWN ? html`<p class="muted">${t('bulk.shown', {shown: rows.length, count: all})}</p>` : nothing}
      <footer class="dialog-foot">
        <span class="buttons grow">
          <button type="button" class="secondary outline" @click=${() => saveCsv(this.#file(), `${this.group.accountId}-${this.kind}.csv`)}>${t('list.csv')}</button>
          ${navigator.clipboard ? html`<button type="button" class="secondary outline" @click=${() => this.#copy()}>${t('bulk.copy')}</button>` : nothing}
        </span>
        ${run.busy ? html`<button type="button" class="secondary" @click=${() => run.stop()}>${t('bulk.stop')}</button>` : nothing}
        ${!run.busy && !run.finished ? html`<button type="button" class="secondary" @click=${() => run.run()}>${t('bulk.goOn')}</button>` : nothing}
        ${run.finished && failed > 0 ? html`<button type="button" class="secondary" @click=${() => run.again()}>${t('bulk.again', {count: failed})}</button>` : nothing}
        <button type="button" ?disabled=${run.busy} @click=${this.#close}>${t('action.close')}</button>
      </footer>`;
  }

  #summary(run) {
    const counts = [
      [run.count('done'), this.kind === 'add' ? 'bulk.added' : 'bulk.removed'],
      [run.count('before'), this.kind === 'add' ? 'bulk.addedBefore' : 'bulk.removedBefore'],
      [run.count('failed'), 'bulk.failed'],
      [run.count('wrong', 'twice'), 'bulk.notSent'],
      [run.count('waiting'), 'bulk.waiting'],
    ];
    return counts.filter(([count]) => count > 0).map(([count, key]) => t(key, {count})).join(t('bulk.and'));
  }
}

const LEVELS = {done: 'ok', before: 'ok', failed: 'out', wrong: 'out', twice: 'low'};

function resultBadge({result}) {
  return html`<span class="badge ${LEVELS[result] ? `badge-${LEVELS[result]}` : ''}">${t(`bulkResult.${result}`)}</span>`;
}

/** Why a line was not done; of one that was done with caps, which. */
function why({result, reason, message, caps}) {
  if (result === 'wrong') return t(reason === 'id' ? 'account.idWrong' : 'bulk.wrongCap');
  if (result === 'failed') return html`<span><code>${reason}</code> <bdi lang="en" dir="ltr">${message}</bdi></span>`;
  if (result === 'twice') return nothing;
  return Object.keys(caps).length > 0 ? t('bulk.caps', {amounts: amounts(caps, typeTitle)}) : nothing;
}

customElements.define('tg-bulk', Bulk);
