// Every text that people read comes from here, by its key and with arguments: t('action.save'), t('list.rows', {count: 3}).
//
// messages/<language>.json has a text for each key, with {placeholders}; one that depends on `count` has
// a text for each plural form. Numbers among the arguments are written in the language's digits.

export const LANGUAGES = [
  {code: 'en', name: 'English', locale: 'en', dir: 'ltr'},
  {code: 'th', name: 'ไทย', locale: 'th-TH', dir: 'ltr'},
  {code: 'fa', name: 'فارسی', locale: 'fa-IR', dir: 'rtl'},
];

const KEPT_AS = 'tokenguard.language';

/** Says `change` when another language is in force. */
export const languages = new EventTarget();

let current = LANGUAGES[0];
let messages = {};
let plurals = new Intl.PluralRules(current.locale);
let digits = new Intl.NumberFormat(current.locale);

/** Takes the language that was chosen here before, else the browser's, else English. */
export async function startLanguage() {
  const wanted = [kept(), ...navigator.languages.map((tag) => tag.split('-')[0]), 'en'];
  await setLanguage(wanted.find((code) => LANGUAGES.some((language) => language.code === code)), false);
}

export async function setLanguage(code, keep = true) {
  const language = LANGUAGES.find((each) => each.code === code);
  const answer = await fetch(new URL(`messages/${code}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`messages/${code}.json: ${answer.status}`);
  messages = await answer.json();
  // The browser may know the country too, and with it how dates are written there.
  const locale = navigator.languages.find((tag) => tag.startsWith(`${code}-`)) ?? language.locale;
  current = {...language, locale};
  plurals = new Intl.PluralRules(locale);
  digits = new Intl.NumberFormat(locale);
  document.documentElement.lang = locale;
  document.documentElement.dir = language.dir;
  if (keep) keepLanguage(code);
  languages.dispatchEvent(new Event('change'));
}

/** The language in force: its code, locale and direction. */
export function language() {
  return current;
}

/** The text of a key. */
export function t(key, args = {}) {
  return pieces(key, args, written).join('');
}

/** The same for a template: arguments may be templates, and stay what they are. */
export function rich(key, args = {}) {
  return pieces(key, args, (value) => (typeof value === 'object' ? value : written(value)));
}

function pieces(key, args, write) {
  return form(key, args)
    .split(/(\{\w+\})/)
    .map((piece) => (/^\{\w+\}$/.test(piece) ? write(args[piece.slice(1, -1)]) : piece));
}

function form(key, args) {
  const message = messages[key];
  if (message === undefined) return key;
  if (typeof message === 'string') return message;
  return message[plurals.select(Number(args.count ?? 0))] ?? message.other;
}

function written(value) {
  if (typeof value === 'number' || typeof value === 'bigint') return digits.format(value);
  const text = String(value ?? '');
  if (current.dir !== 'rtl') return text;
  // An id in a sentence that is written from right to left keeps its own direction. What was put together
  // here before is of this language, even where it begins with an id or a number.
  return `${/[\u2067\u2068]/.test(text) ? '\u2067' : '\u2068'}${text}\u2069`;
}

function kept() {
  try {
    return localStorage.getItem(KEPT_AS);
  } catch {
    return null;
  }
}

function keepLanguage(code) {
  try {
    localStorage.setItem(KEPT_AS, code);
  } catch {
    // Not kept then.
  }
}
