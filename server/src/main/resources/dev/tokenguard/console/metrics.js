// A number of this server's metrics page, for what no RPC tells.

/** The value of a metric without labels; undefined where the page is not to be had. */
export async function metric(name, signal) {
  const answer = await fetch(new URL('../metrics', import.meta.url), {
    headers: {'X-TokenGuard-Console': '1'},
    credentials: 'same-origin',
    signal,
  });
  if (!answer.ok) return undefined;
  const line = (await answer.text()).split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.split(' ')[1]);
}
