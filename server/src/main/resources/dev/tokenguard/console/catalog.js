// The catalog in force, read once and again when it is a minute old: names for people of what ids name.
import {admin} from './api.js';
import {session, may} from './session.js';

const FRESH_MS = 60_000;

let known = null;
let readAt = 0;
let reading = null;

session.addEventListener('change', () => {
  known = null;
});

/** The answer of GetCatalog; an empty one for callers who may not read it. */
export async function catalog() {
  if (known && Date.now() - readAt < FRESH_MS) return known;
  reading ??= read().finally(() => {
    reading = null;
  });
  return reading;
}

async function read() {
  known = complete(may('GetCatalog') ? await admin('GetCatalog') : {});
  readAt = Date.now();
  return known;
}

function complete(answer) {
  return {tokenTypes: [], features: [], plans: [], ...answer};
}

/** The catalog as it was read last, without waiting. */
export function knownCatalog() {
  return known ?? complete({});
}

export const typeTitle = (name) => titleIn('tokenTypes', name);
export const featureTitle = (name) => titleIn('features', name);
export const planTitle = (name) => titleIn('plans', name);

function titleIn(list, name) {
  return knownCatalog()[list].find((each) => each.name === name)?.title || name || '';
}
