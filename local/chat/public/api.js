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

/**
 * Live changes for one person. The browser reconnects by itself; `onReturn` is called when it did,
 * because a server that was started anew may know less or more than the page.
 */
export function listen(as, since, onChange, onReturn) {
  const source = new EventSource(`/api/events?as=${encodeURIComponent(as)}&since=${since}`);
  let wasLost = false;
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  source.onerror = () => (wasLost = true);
  source.onopen = () => {
    if (wasLost) onReturn();
    wasLost = false;
  };
  return () => source.close();
}
