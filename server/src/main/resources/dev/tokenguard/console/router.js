// Addresses of pages: #/accounts/ann?type=image. Every page can be linked to, ids are url-encoded.

/** The pages. `needs`: the RPC without which there is nothing to see. `menu`: the text of its entry. */
export const ROUTES = [
  {path: '/', tag: 'tg-overview-page', load: () => import('./pages/overview.js'), menu: 'nav.overview'},
  {path: '/accounts', tag: 'tg-accounts-page', load: () => import('./pages/accounts.js'), menu: 'nav.accounts', needs: 'ListAccounts'},
  {path: '/accounts/:id', tag: 'tg-account-page', load: () => import('./pages/account.js'), needs: 'GetAccount'},
  {path: '/groups', tag: 'tg-groups-page', load: () => import('./pages/groups.js'), menu: 'nav.groups', needs: 'ListAccounts'},
  {path: '/groups/:id', tag: 'tg-group-page', load: () => import('./pages/group.js'), needs: 'GetAccount'},
  {path: '/catalog', tag: 'tg-catalog-page', load: () => import('./pages/catalog.js'), menu: 'nav.catalog', needs: 'GetCatalog'},
];

/** The address of a page, from its parts: href(['accounts', 'a:b'], {type: 'image'}). */
export function href(parts, query = {}) {
  const path = parts.map((part) => encodeURIComponent(part)).join('/');
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '' && value !== false);
  const search = new URLSearchParams(set).toString();
  return `#/${path}${search ? `?${search}` : ''}`;
}

export const accountHref = (id) => href(['accounts', id]);
export const groupHref = (id) => href(['groups', id]);

/** Goes to an address; `replace` leaves no step in the browser's history. */
export function go(address, {replace = false} = {}) {
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  dispatchEvent(new HashChangeEvent('hashchange'));
}

const TYPING_MS = 350;
let typing;

/** Goes to an address once nothing more is typed for a moment; not if one has gone elsewhere meanwhile. */
export function goSoon(address) {
  const from = location.hash;
  clearTimeout(typing);
  typing = setTimeout(() => location.hash === from && go(address, {replace: true}), TYPING_MS);
}

/** The page of the address that is shown now: {route, params, query}; route is undefined for none. */
export function here() {
  const [path, search = ''] = location.hash.replace(/^#/, '').split('?');
  const parts = split(path);
  for (const route of ROUTES) {
    const params = match(split(route.path), parts);
    if (params) return {route, params, query: Object.fromEntries(new URLSearchParams(search))};
  }
  return {route: undefined, params: {}, query: {}};
}

function split(path) {
  return path.split('/').filter((part) => part !== '');
}

function match(pattern, parts) {
  if (pattern.length !== parts.length) return null;
  const params = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = decoded(parts[index]);
    else if (part !== parts[index]) return null;
  }
  return params;
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
