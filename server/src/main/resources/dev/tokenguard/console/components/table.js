// A table from columns and rows. On narrow screens each row becomes a card, with the titles of the columns
// beside its values; the roles keep it a table for screen readers.
import {html, nothing} from 'lit';
import {repeat} from 'lit-html/directives/repeat.js';

/**
 * A column: `title`, `cell(row)` for the screen, `text(row)` for CSV (without it the column is not in
 * the file), `csvOnly` (without a cell), `numeric`, `id` for what
 * breaks anywhere, `actions` for buttons.
 */
export function table({caption, columns: all, rows, key = (row) => row, quiet = true}) {
  const columns = all.filter((column) => !column.csvOnly);
  return html`<div class="table-wrap">
    <table role="table">
      <caption class=${quiet ? 'visually-hidden' : ''}>${caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map(
            (column) => html`<th scope="col" role="columnheader" class=${kind(column)}>
              ${column.actions ? html`<span class="visually-hidden">${column.title}</span>` : column.title}
            </th>`,
          )}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${repeat(rows, key, (row) => html`<tr role="row">${columns.map((column, index) => cell(column, row, index))}</tr>`)}
      </tbody>
    </table>
  </div>`;
}

function cell(column, row, index) {
  const content = column.cell(row);
  const label = column.actions ? '' : column.title;
  if (index === 0) return html`<th scope="row" role="rowheader" class=${kind(column)} data-label=${label}>${content}</th>`;
  const bare = content === nothing || content === '' || content === undefined;
  return html`<td role="cell" class="${kind(column)} ${bare ? 'bare' : ''}" data-label=${label}>${content}</td>`;
}

function kind(column) {
  if (column.actions) return 'actions';
  if (column.id) return 'id';
  return column.numeric ? 'numeric' : '';
}

/** The rows of a CSV file: titles, then values. */
export function csvRows(columns, rows) {
  const written = columns.filter((column) => column.text);
  return [written.map((column) => column.title), ...rows.map((row) => written.map((column) => column.text(row)))];
}
