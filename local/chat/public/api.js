// The page's calls to the chat's HTTP API. The same calls that tests make.

async function request(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return response.json();
}

export const readView = (as) => request('GET', as ? `/api/view?as=${encodeURIComponent(as)}` : '/api/view');
export const openPersonal = (as) => request('POST', '/api/open', { as });
export const say = (said) => request('POST', '/api/say', said);
export const act = (pressed) => request('POST', '/api/act', pressed);
export const refresh = (as, activityId) => request('POST', '/api/refresh', { as, activityId });
export const search = (typed) => request('POST', '/api/search', typed);

/** Live changes for one person; the browser reconnects by itself and tells where it stopped. */
export function listen(as, since, onChange) {
  const source = new EventSource(`/api/events?as=${encodeURIComponent(as)}&since=${since}`);
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  return () => source.close();
}
