// Files: what the server exports, and tables that are shown, as CSV.
import {ADMIN, send} from './api.js';

/** Has the server write a file, and keeps it under a name. */
export async function exportFile(request, name, signal) {
  const answer = await send(`${ADMIN}/Export`, {format: 'EXPORT_FORMAT_CSV', ...request}, {signal});
  save(await answer.blob(), name);
}

/** Keeps rows (arrays of text, the first with the titles) as CSV, for spreadsheets. */
export function saveCsv(rows, name) {
  // The mark in front tells Excel that this is UTF-8.
  save(new Blob(['\ufeff', csvText(rows)], {type: 'text/csv;charset=utf-8'}), name);
}

/** The same as text, for the clipboard. */
export function csvText(rows) {
  return rows.map(line).join('');
}

function line(cells) {
  return `${cells.map(cell).join(',')}\r\n`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe, as in exports of the server. */
function cell(value) {
  let text = String(value ?? '');
  if (/^[=+\-@\t\r\n']/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name.replace(/[^\w.-]+/g, '_');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
