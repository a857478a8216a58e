// Fields of dialogs and filters, each with its label, hint and error where a screen reader finds them.
import {html, nothing} from 'lit';
import {live} from 'lit-html/directives/live.js';

/**
 * A form is {values, errors, set(name, value)}. Common to all fields: `name`, `label`, `hint`,
 * `required`, `disabled`. `suggestions`: texts that may be meant.
 */
export function textField(form, options) {
  const {name, type = 'text', maxlength, placeholder, inputmode, autocomplete = 'off', required, disabled, suggestions} = options;
  return framed(form, options, (id, describedBy, invalid) => html`<input id=${id} name=${name} type=${type}
    list=${suggestions ? `${id}-list` : nothing}
    .value=${live(form.values[name] ?? '')} maxlength=${maxlength ?? nothing} placeholder=${placeholder ?? nothing}
    inputmode=${inputmode ?? nothing} autocomplete=${autocomplete} spellcheck="false" dir="auto"
    ?required=${required} ?disabled=${disabled} aria-invalid=${invalid} aria-describedby=${describedBy}
    @input=${(event) => form.set(name, event.target.value)}>
    ${suggestions ? html`<datalist id=${`${id}-list`}>${suggestions.map((each) => html`<option value=${each}></option>`)}</datalist>` : nothing}`);
}

/** Whole tokens, in any digits. */
export function amountField(form, options) {
  return textField(form, {inputmode: 'numeric', ...options});
}

export function timeField(form, options) {
  return textField(form, {type: 'datetime-local', ...options});
}

/** `choices`: [{value, label}]. */
export function selectField(form, options) {
  const {name, choices, required, disabled} = options;
  const value = form.values[name] ?? '';
  return framed(form, options, (id, describedBy, invalid) => html`<select id=${id} name=${name} .value=${live(value)}
    ?required=${required} ?disabled=${disabled} aria-invalid=${invalid} aria-describedby=${describedBy}
    @change=${(event) => form.set(name, event.target.value)}>
    ${choices.map((choice) => html`<option value=${choice.value} ?selected=${choice.value === value}>${choice.label}</option>`)}
  </select>`);
}

export function checkField(form, options) {
  const {name, label, hint, disabled} = options;
  return html`<label class="check"><input type="checkbox" name=${name} .checked=${live(Boolean(form.values[name]))}
      ?disabled=${disabled} @change=${(event) => form.set(name, event.target.checked)}>
    <span>${label}${hint ? html`<small class="muted">${hint}</small>` : nothing}</span></label>`;
}

function framed(form, {name, label, hint}, input) {
  const id = `${form.id ?? 'form'}-${name}`;
  const error = form.errors?.[name];
  const describedBy = error || hint ? `${id}-hint` : nothing;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${input(id, describedBy, error ? 'true' : nothing)}
    ${error || hint ? html`<small id=${`${id}-hint`} class=${error ? 'field-error' : 'muted'}>${error || hint}</small>` : nothing}
  </div>`;
}
