// Numbers, times and amounts as the language in force writes them. Amounts come as text (int64 of the
// proto JSON rules) and stay exact: BigInt, never Number.
import {language, t} from './i18n.js';

const cache = new Map();

function made(kind, options) {
  const id = `${kind}|${language().locale}|${JSON.stringify(options)}`;
  if (!cache.has(id)) cache.set(id, new Intl[kind](language().locale, options));
  return cache.get(id);
}

/** An int64 of an answer, absent ones as 0. */
export function big(value) {
  return BigInt(value ?? 0);
}

export function number(value) {
  return made('NumberFormat', {}).format(typeof value === 'number' ? value : big(value));
}

/** With its sign, as changes are written: +5, −3. */
export function signed(value) {
  return made('NumberFormat', {signDisplay: 'exceptZero'}).format(big(value));
}

/** Short, for axes: 1.2M. */
export function compact(value) {
  return made('NumberFormat', {notation: 'compact', maximumFractionDigits: 1}).format(value);
}

export function percent(ratio) {
  return made('NumberFormat', {style: 'percent', maximumFractionDigits: 0}).format(ratio);
}

export function dateTime(time) {
  return time ? made('DateTimeFormat', {dateStyle: 'medium', timeStyle: 'short'}).format(new Date(time)) : '';
}

export function dateOnly(time) {
  return made('DateTimeFormat', {dateStyle: 'medium'}).format(new Date(time));
}

/** To the second, for entries of a history. */
export function exactTime(time) {
  return time ? made('DateTimeFormat', {dateStyle: 'medium', timeStyle: 'medium'}).format(new Date(time)) : '';
}

export function clock(time) {
  return made('DateTimeFormat', {timeStyle: 'short'}).format(new Date(time));
}

/** A calendar day such as 2026-11-21, which is in no time zone. */
export function day(date) {
  return made('DateTimeFormat', {day: 'numeric', month: 'short', timeZone: 'UTC'}).format(new Date(`${date}T00:00:00Z`));
}

const STEPS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "in 3 hours", "5 minutes ago". */
export function relative(time, now = Date.now()) {
  const seconds = (new Date(time).getTime() - now) / 1000;
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS.at(-1);
  return made('RelativeTimeFormat', {numeric: 'auto'}).format(Math.trunc(seconds / size), unit);
}

/** "3 h 12 min": what is left until then, of two units. */
export function remaining(time, now = Date.now()) {
  let seconds = Math.max(0, Math.round((new Date(time).getTime() - now) / 1000));
  const first = STEPS.findIndex(([, length]) => seconds >= length);
  if (first < 0) return t('time.now');
  const parts = [];
  for (const [unit, size] of STEPS.slice(first, first + 2)) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(made('NumberFormat', {style: 'unit', unit, unitDisplay: 'short'}).format(count));
  }
  return parts.join(' ');
}

/** Seconds of something that took a while. */
export function seconds(value) {
  return made('NumberFormat', {style: 'unit', unit: 'second', unitDisplay: 'short', maximumFractionDigits: 1}).format(value);
}

/** Amounts by token type in one line: "2 images, 1 video". */
export function amounts(map, titleOf) {
  const entries = Object.entries(map ?? {});
  if (entries.length === 0) return t('amounts.none');
  return entries.map(([type, amount]) => t('amounts.one', {amount: big(amount), type: titleOf(type)})).join(t('amounts.and'));
}

const DIGITS = {'٠': 0, '۰': 0, '๐': 0};

/** What somebody typed, in any digits and with separators, as a BigInt; null if it is no whole number. */
export function parseAmount(text) {
  const plain = String(text ?? '')
    .trim()
    .replace(/[٠-٩۰-۹๐-๙]/g, (digit) => {
      const zero = Object.keys(DIGITS).find((each) => digit >= each && digit.charCodeAt(0) < each.charCodeAt(0) + 10);
      return String(digit.charCodeAt(0) - zero.charCodeAt(0));
    })
    .replace(/[\s,٬_\u00a0\u202f]/g, '')
    .replace(/^[−–]/, '-');
  return /^[+-]?\d{1,19}$/.test(plain) ? BigInt(plain) : null;
}

/** A time for <input type="datetime-local">, in this browser's zone, and back. */
export function toLocalInput(time) {
  if (!time) return '';
  const date = new Date(time);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocalInput(text) {
  return text ? new Date(text).toISOString() : undefined;
}
