// What somebody pasted or read from a file, as lines of users: ids one a line or separated, or CSV whose first
// line names its columns, such as `member_id,image,video`, to cap what each may use.
import {parseAmount} from '../../format.js';
import {ID} from '../account/account-changes.js';

const ID_TITLES = ['member_id', 'member', 'memberid', 'user_id', 'user', 'userid', 'id'];

/**
 * Gives {lines, types, unknown}: lines of {line, id, caps, problem}, where `problem` is `id`, `cap`, `twice` or
 * undefined; the token types that have a column; titles that are none.
 */
export function readUsers(text, tokenTypes) {
  const rows = rowsOf(text.replace(/^\ufeff/, ''));
  const titles = rows[0]?.cells.map((cell) => cell.toLowerCase()) ?? [];
  const column = titles.findIndex((title) => ID_TITLES.includes(title));
  // Somebody may be called `user`: it is a title only where it stands alone or beside token types.
  const types = titles.map((title) => tokenTypes.find((type) => type.toLowerCase() === title));
  const titled = column >= 0 && (titles.length === 1 ? rows.length > 1 : types.some(Boolean));
  const users = titled ? rows.slice(1).map((row) => fromCells(row, column, types)) : rows.flatMap(fromList);
  return {
    lines: marked(users),
    types: titled ? types.filter(Boolean) : [],
    unknown: titled ? rows[0].cells.filter((_, index) => index !== column && !types[index]) : [],
  };
}

function fromCells({line, cells}, column, types) {
  const caps = {};
  let problem;
  for (const [index, type] of types.entries()) {
    if (!type || !cells[index]) continue;
    const amount = parseAmount(cells[index]);
    if (amount === null || amount < 0n) problem = 'cap';
    else caps[type] = String(amount);
  }
  return {line, id: cells[column] ?? '', caps, problem};
}

function fromList({line, cells}) {
  const ids = cells.flatMap((cell) => cell.split(/[\s,;]+/)).filter(Boolean);
  return ids.map((id) => ({line, id, caps: {}}));
}

/** The same user once: of two lines the first counts, so that caps do not depend on luck. */
function marked(users) {
  const seen = new Set();
  return users.map((user) => {
    const twice = seen.has(user.id);
    seen.add(user.id);
    const wrong = ID.test(user.id) ? user.problem : 'id';
    return {...user, problem: wrong ?? (twice ? 'twice' : undefined)};
  });
}

/** Lines that are not blank, with their cells: separated as the first line is, quoted as in RFC 4180. */
function rowsOf(text) {
  const lines = text.split(/\r\n|\r|\n/).map((content, index) => ({line: index + 1, content}));
  const filled = lines.filter(({content}) => content.trim() !== '');
  const first = filled[0]?.content ?? '';
  const separator = [',', ';', '\t'].find((each) => first.includes(each)) ?? ',';
  return filled.map(({line, content}) => ({line, cells: cellsOf(content, separator)}));
}

function cellsOf(content, separator) {
  const cells = [''];
  let quoted = false;
  for (const letter of content) {
    if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) cells.push('');
    else cells[cells.length - 1] += letter;
  }
  return cells.map((cell) => cell.trim());
}
