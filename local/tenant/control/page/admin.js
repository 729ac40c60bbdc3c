// The admin page: searches and changes the tenant through the control API. All foreign text goes in as text.
'use strict';

const $ = (id) => document.getElementById(id);
const openGroups = new Set();
const openAccess = new Set();

/** Makes an element: attributes, then children (texts stay texts). */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'onclick') element.addEventListener('click', value);
    else if (name === 'onchange') element.addEventListener('change', value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

function say(text) {
  $('say').textContent = text;
  $('say').classList.add('on');
  clearTimeout(say.timer);
  say.timer = setTimeout(() => $('say').classList.remove('on'), 2500);
}

/** Runs an action of a button, says what came of it and shows the new state. */
function act(done, action, refresh) {
  return async () => {
    try {
      if ((await action()) === false) return;
      say(done);
    } catch (error) {
      say(error.message);
    }
    await refresh();
    await showStats();
  };
}

const button = (testId, label, onclick) => el('button', { 'data-testid': testId, onclick }, label);
const tag = (text, kind = '') => el('span', { class: `tag ${kind}` }, text);

/** Asks for the values of some fields; undefined when cancelled. */
function ask(title, fields) {
  $('ask-title').textContent = title;
  $('ask-fields').replaceChildren(
    ...fields.map(({ name, label, value = '', options }) => {
      const input = options
        ? el('select', { name }, ...options.map((option) => el('option', {}, option)))
        : el('input', { name, value, 'data-testid': `ask-${name}` });
      return el('label', {}, label, input);
    }),
  );
  $('ask').returnValue = '';
  $('ask').showModal();
  return new Promise((resolve) => {
    $('ask').addEventListener(
      'close',
      () => {
        if ($('ask').returnValue !== 'ok') return resolve(undefined);
        const inputs = [...$('ask-fields').querySelectorAll('input,select')];
        resolve(Object.fromEntries(inputs.map((input) => [input.name, input.value])));
      },
      { once: true },
    );
  });
}

async function showStats() {
  const { users, groups, memberships, requests, resourceUnits } = await call('GET', '/stats');
  const n = (value) => value.toLocaleString('en');
  $('stats').textContent =
    `${n(users)} users · ${n(groups)} groups · ${n(memberships)} memberships · ${n(requests)} requests (${n(resourceUnits)} RU)`;
}

/** Search answers can overtake each other; only the latest is shown. */
let latestSearch = 0;

async function showUsers() {
  const search = ++latestSearch;
  const [users, roles] = await Promise.all([
    call('GET', `/users?top=50&text=${encodeURIComponent($('user-search').value)}`),
    call('GET', '/roles'),
  ]);
  if (search !== latestSearch) return;
  $('user-list').replaceChildren(
    ...(users.length
      ? users.map((user) => userRow(user, roles))
      : [el('div', { class: 'empty' }, 'Nobody found')]),
  );
}

function userRow(user, roles) {
  const post = (verb, body) => () => call('POST', `/users/${user.id}/${verb}`, body);
  const rename = async () => {
    const values = await ask('Rename user', [
      { name: 'displayName', label: 'Display name', value: user.displayName },
      { name: 'mail', label: 'Mail (empty: none)', value: user.mail ?? '' },
      { name: 'userPrincipalName', label: 'User principal name', value: user.userPrincipalName },
    ]);
    if (!values) return false;
    return post('rename', { ...values, mail: values.mail === '' ? null : values.mail })();
  };
  const toggleAccess = async () => {
    if (!openAccess.delete(user.id)) openAccess.add(user.id);
    await showUsers();
  };
  const buttons = user.deleted
    ? [
        button('restore', 'Restore', act('Restored', post('restore'), showUsers)),
        button('purge', 'Purge', act('Purged', post('purge'), showUsers)),
      ]
    : [
        user.accountEnabled
          ? button('disable', 'Disable', act('Disabled', post('disable'), showUsers))
          : button('enable', 'Enable', act('Enabled', post('enable'), showUsers)),
        button('access', 'Sign-in', toggleAccess),
        button('rename', 'Rename', act('Renamed', rename, showUsers)),
        button('delete', 'Delete', act('Deleted', post('delete'), showUsers)),
      ];
  return el(
    'div',
    { class: 'row', 'data-testid': `user-row-${user.id}` },
    el(
      'div',
      {},
      el('div', { class: 'name' }, user.displayName),
      el('div', { class: 'sub' }, user.mail ?? 'no mail', ` · ${user.userPrincipalName}`),
    ),
    el(
      'div',
      { class: 'tags' },
      ...user.roles.map((role) => tag(role.displayName)),
      ...(user.conditionalAccess === null ? [] : [tag(`Policy ${user.conditionalAccess}`, 'bad')]),
      ...(user.userType === 'Guest' ? [tag('Guest')] : []),
      ...(user.accountEnabled ? [] : [tag('Disabled', 'bad')]),
      ...(user.deleted ? [tag('Deleted', 'bad')] : []),
    ),
    el('div', { class: 'acts' }, ...buttons),
    ...(openAccess.has(user.id) && !user.deleted ? [accessOf(user, roles)] : []),
  );
}

/** The policies worth a switch; any other number of the table can be set through the control API. */
const policies = [
  ['', 'no policy applies'],
  ['53003', 'blocked by Conditional Access (53003)'],
  ['50076', 'second factor needed from now on (50076)'],
  ['70043', 'sign-in frequency: sign in again (70043)'],
  ['53000', 'compliant device needed (53000)'],
];

function policySelect(current, change) {
  const known = policies.some(([code]) => code === String(current ?? ''));
  const options = known ? policies : [...policies, [String(current), `AADSTS${current}`]];
  return el(
    'select',
    {
      'data-testid': 'conditional-access',
      'aria-label': 'Conditional Access',
      onchange: (event) => change(event.target.value === '' ? null : Number(event.target.value)),
    },
    ...options.map(([code, text]) =>
      el('option', { value: code, selected: code === String(current ?? '') && 'selected' }, text),
    ),
  );
}

/** A permission or a role, with a tick when it is there. */
const toggle = (testId, label, isOn, onclick) =>
  el(
    'button',
    { class: 'toggle', 'data-testid': testId, 'aria-pressed': String(isOn), onclick },
    `${isOn ? '✓' : '+'} ${label}`,
  );

/** What decides about somebody's sign-ins. */
function accessOf(user, roles) {
  const holds = (role) => user.roles.some(({ roleTemplateId }) => roleTemplateId === role.roleTemplateId);
  const change = (role) => () =>
    holds(role)
      ? call('DELETE', `/users/${user.id}/roles/${role.roleTemplateId}`)
      : call('POST', `/users/${user.id}/roles`, { roleTemplateId: role.roleTemplateId });
  const restrict = (code) =>
    act(
      code === null ? 'No policy applies' : 'The policy applies',
      () => call('POST', `/users/${user.id}/conditional-access`, { code }),
      showUsers,
    )();
  const signOut = () => call('POST', `/users/${user.id}/revoke-sessions`);
  return el(
    'div',
    { class: 'members' },
    el(
      'div',
      { class: 'member' },
      el('span', {}, 'Roles'),
      el(
        'span',
        { class: 'acts' },
        ...roles.map((role) =>
          toggle(
            `role-${role.roleTemplateId}`,
            role.displayName,
            holds(role),
            act('The roles are changed', change(role), showUsers),
          ),
        ),
      ),
    ),
    el(
      'div',
      { class: 'member' },
      el('span', {}, 'Conditional Access'),
      policySelect(user.conditionalAccess, restrict),
    ),
    el(
      'div',
      { class: 'member' },
      el('span', {}, 'Everything this person has signed in to ends'),
      button('revoke-sessions', 'Sign out everywhere', act('Signed out everywhere', signOut, showUsers)),
    ),
  );
}

async function showApps() {
  const apps = await call('GET', '/apps');
  $('app-list').replaceChildren(...apps.map(appRow));
}

function appRow(app) {
  const change = (body) => () => call('POST', `/apps/${app.clientId}`, body);
  const permissions = (list, name) => {
    const known = [...new Set([...app.registeredPermissions, ...app[list]])];
    return known.map((permission) => {
      const isOn = app[list].includes(permission);
      const next = isOn ? app[list].filter((one) => one !== permission) : [...app[list], permission];
      return toggle(
        `${name}-${permission}`,
        permission,
        isOn,
        act('The consent is changed', change({ [list]: next }), showApps),
      );
    });
  };
  const line = (text, ...content) =>
    el('div', { class: 'member' }, el('span', {}, text), el('span', { class: 'acts' }, ...content));
  return el(
    'div',
    { class: 'row', 'data-testid': `app-row-${app.clientId}` },
    el('div', {}, el('div', { class: 'name' }, app.name), el('div', { class: 'sub' }, app.clientId)),
    el(
      'div',
      { class: 'tags' },
      ...(app.disabled ? [tag('Disabled', 'bad')] : []),
      ...(app.secretExpired ? [tag('Secret expired', 'bad')] : []),
      ...(app.conditionalAccess === null ? [] : [tag(`Policy ${app.conditionalAccess}`, 'bad')]),
    ),
    el(
      'div',
      { class: 'acts' },
      button(
        'app-disable',
        app.disabled ? 'Enable' : 'Disable',
        act('The app is changed', change({ disabled: !app.disabled }), showApps),
      ),
      button(
        'app-secret',
        app.secretExpired ? 'Renew the secret' : 'Let the secret expire',
        act('The secret is changed', change({ secretExpired: !app.secretExpired }), showApps),
      ),
    ),
    el(
      'div',
      { class: 'members' },
      line('Consent to the app itself', ...permissions('graphPermissions', 'application')),
      line('Consent for people who sign in', ...permissions('delegatedPermissions', 'delegated')),
      line(
        'Conditional Access for the app itself',
        policySelect(app.conditionalAccess, (code) =>
          act('The policy is changed', change({ conditionalAccess: code }), showApps)(),
        ),
      ),
    ),
  );
}

async function showGroups() {
  const groups = await call('GET', `/groups?top=50&text=${encodeURIComponent($('group-search').value)}`);
  const rows = await Promise.all(groups.map(groupRow));
  $('group-list').replaceChildren(
    ...(rows.length ? rows : [el('div', { class: 'empty' }, 'No group found')]),
  );
}

const kindNames = {
  microsoft365: 'Microsoft 365',
  security: 'Security',
  mailSecurity: 'Mail-enabled security',
  distribution: 'Distribution',
};

async function groupRow(group) {
  const post = (verb, body) => () => call('POST', `/groups/${group.id}/${verb}`, body);
  const rename = async () => {
    const values = await ask('Rename group', [
      { name: 'displayName', label: 'Display name', value: group.displayName },
    ]);
    return values ? post('rename', values)() : false;
  };
  const showMembers = async () => {
    if (!openGroups.delete(group.id)) openGroups.add(group.id);
    await showGroups();
  };
  const buttons = group.deleted
    ? [button('restore', 'Restore', act('Restored', post('restore'), showGroups))]
    : [
        button('members', 'Members', showMembers),
        button('rename', 'Rename', act('Renamed', rename, showGroups)),
        button('delete', 'Delete', act('Deleted', post('delete'), showGroups)),
      ];
  return el(
    'div',
    { class: 'row', 'data-testid': `group-row-${group.id}` },
    el(
      'div',
      {},
      el('div', { class: 'name' }, group.displayName),
      el('div', { class: 'sub' }, `${group.members} members · ${group.mail ?? 'no mail'}`),
    ),
    el(
      'div',
      { class: 'tags' },
      tag(kindNames[group.kind]),
      ...(group.dynamic ? [tag('Dynamic')] : []),
      ...(group.visibility === 'HiddenMembership' ? [tag('Hidden')] : []),
      ...(group.deleted ? [tag('Deleted', 'bad')] : []),
    ),
    el('div', { class: 'acts' }, ...buttons),
    ...(openGroups.has(group.id) && !group.deleted ? [await memberList(group)] : []),
  );
}

async function memberList(group) {
  const members = await call('GET', `/groups/${group.id}/members`);
  const remove = (member) =>
    button(
      `remove-${member.id}`,
      'Remove',
      act('Removed', () => call('DELETE', `/groups/${group.id}/members/${member.id}`), showGroups),
    );
  const add = async () => {
    const values = await ask('Add a member', [{ name: 'memberId', label: 'User: mail, name or id' }]);
    if (!values) return false;
    const [found] = await call('GET', `/users?top=1&text=${encodeURIComponent(values.memberId)}`);
    return call('POST', `/groups/${group.id}/members`, { memberId: found?.id ?? values.memberId });
  };
  return el(
    'div',
    { class: 'members' },
    button('add-member', 'Add member', act('Added', add, showGroups)),
    ...members.map((member) =>
      el(
        'div',
        { class: 'member' },
        el('span', {}, `${member.displayName} (${member.kind}${member.deleted ? ', deleted' : ''})`),
        remove(member),
      ),
    ),
  );
}

async function showFaults() {
  const [kinds, faults] = await Promise.all([call('GET', '/fault-kinds'), call('GET', '/faults')]);
  $('fault-list').replaceChildren(
    ...Object.entries(kinds).map(([kind, text]) => faultRow(kind, text, faults)),
  );
}

function faultRow(kind, text, faults) {
  const mine = faults.filter((fault) => fault.kind === kind);
  const live = mine.filter((fault) => fault.remaining !== 0);
  const served = mine.reduce((sum, fault) => sum + fault.served, 0);
  const add = (times) => () => {
    const path = $('fault-path').value;
    const page = Number($('fault-page').value);
    return call('POST', '/faults', {
      kind,
      times,
      match: { ...(path ? { path } : {}), ...(page ? { page } : {}) },
    });
  };
  const off = () => Promise.all(mine.map((fault) => call('DELETE', `/faults/${fault.id}`)));
  return el(
    'div',
    { class: 'row fault', 'data-testid': `fault-${kind}` },
    el('div', {}, el('div', { class: 'name' }, kind), el('div', { class: 'sub' }, `served ${served} times`)),
    el(
      'div',
      {},
      text,
      ...(live.length
        ? [' ', tag(live.some((fault) => fault.remaining === null) ? 'on' : 'waiting', 'bad')]
        : []),
    ),
    el(
      'div',
      { class: 'acts' },
      button('once', 'Once', act(`${kind}: once`, add(1), showFaults)),
      live.length
        ? button('off', 'Switch off', act(`${kind}: off`, off, showFaults))
        : button('on', 'Switch on', act(`${kind}: on`, add(0), showFaults)),
    ),
  );
}

const tabs = { users: showUsers, groups: showGroups, apps: showApps, faults: showFaults };

function open(tab) {
  for (const other of document.querySelectorAll('[data-tab]')) {
    other.setAttribute('aria-selected', String(other.dataset.tab === tab));
    $(other.dataset.tab).hidden = other.dataset.tab !== tab;
  }
  return tabs[tab]();
}

for (const tab of document.querySelectorAll('[data-tab]'))
  tab.addEventListener('click', () => open(tab.dataset.tab));
$('user-search').addEventListener('input', showUsers);
$('group-search').addEventListener('input', showGroups);
$('clear-faults').addEventListener(
  'click',
  act('All faults are off', () => call('DELETE', '/faults'), showFaults),
);
for (const clock of document.querySelectorAll('[data-advance]')) {
  clock.addEventListener(
    'click',
    act(
      'The clock is advanced',
      () => call('POST', '/clock/advance', { ms: Number(clock.dataset.advance) }),
      showFaults,
    ),
  );
}
const addUser = async () => {
  const values = await ask('Add user', [
    { name: 'displayName', label: 'Display name' },
    { name: 'userType', label: 'Type', options: ['Member', 'Guest'] },
  ]);
  return values ? call('POST', '/users', values) : false;
};
$('add-user').addEventListener('click', act('Added', addUser, showUsers));
const addGroup = async () => {
  const values = await ask('Add group', [
    { name: 'displayName', label: 'Display name' },
    { name: 'kind', label: 'Kind', options: Object.keys(kindNames) },
  ]);
  return values ? call('POST', '/groups', values) : false;
};
$('add-group').addEventListener('click', act('Added', addGroup, showGroups));
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
  event.preventDefault();
  document.querySelector('section:not([hidden]) input')?.focus();
});
void open('users');
void showStats();
