// The chat page: who one is, which conversation is shown, what arrives, what is sent.
// Drawing is in draw.js; every rule of Teams is on the server.
import * as api from './api.js';
import { avatar, dayOf, drawMessage, hold, make, release, timeOf } from './draw.js';

const find = (selector) => document.querySelector(selector);
const query = new URLSearchParams(location.search);
const state = {
  me: null,
  people: [],
  bot: null,
  team: '',
  conversations: new Map(),
  current: null,
  replyTo: null,
};
const unread = new Set();
let stopListening = () => {};
let typingTimer;

const current = () => state.conversations.get(state.current);
const rootOf = (message) => /;messageid=(.+)$/.exec(message.conversation)?.[1];
const personalConversation = () => [...state.conversations.values()].find(({ kind }) => kind === 'personal');
const authorOf = (person) => ({ id: person.id, name: person.displayName, role: 'user' });
const lastOf = (conversation) => [...conversation.messages.values()].at(-1);

// — people ————————————————————————————————————————————————

function drawPeople() {
  const chips = state.people.map((person) => {
    const isMe = person.id === state.me.id;
    const chip = make(
      'button',
      isMe ? 'person me' : 'person',
      {
        type: 'button',
        'data-testid': `person-${person.id}`,
        'aria-pressed': String(isMe),
        title: isMe
          ? `You are ${person.displayName}, ${person.role}`
          : `Be ${person.displayName}, ${person.role}`,
      },
      avatar(authorOf(person), 28),
      make(
        'span',
        'person-name',
        {},
        make('b', '', {}, person.displayName),
        make(
          'small',
          '',
          {},
          person.role.replace(/^./, (first) => first.toUpperCase()),
        ),
      ),
    );
    chip.onclick = () => become(person.id);
    return chip;
  });
  find('.people').replaceChildren(make('span', 'you-are', {}, 'You are'), ...chips);
}

async function become(personId, wanted) {
  stopListening();
  const view = await api.readView(personId);
  const kind = current()?.kind;
  Object.assign(state, { me: view.me, people: view.people, bot: view.bot, team: view.team, replyTo: null });
  state.conversations = new Map(
    view.conversations.map((each) => [
      each.id,
      { ...each, messages: new Map(each.messages.map((m) => [m.id, m])) },
    ]),
  );
  unread.clear();
  const same = [...state.conversations.values()].find((each) => each.kind === kind);
  state.current = state.conversations.has(wanted) ? wanted : (same ?? personalConversation()).id;
  stopListening = api.listen(state.me.id, view.seq, receive, () =>
    become(state.me.id, state.current).catch(report),
  );
  document.title = `${state.bot.name} | Chat`;
  find('.brand-name').textContent = state.team;
  drawPeople();
  show(state.current);
  // Nothing can be said before it is known by whom and where.
  find('textarea').disabled = false;
}

// — conversations —————————————————————————————————————————

const facesOf = (conversation) =>
  state.people.filter((person) => conversation.members.includes(person.id)).map(authorOf);

function pictureOf(conversation, size) {
  if (conversation.kind === 'personal') return avatar({ ...state.bot, role: 'bot' }, size);
  if (conversation.kind === 'channel')
    return make('span', 'avatar channel-mark', { 'aria-hidden': 'true' }, '#');
  const pair = make('span', 'avatar-pair', { 'aria-hidden': 'true' });
  for (const face of facesOf(conversation).slice(0, 2)) pair.append(avatar(face, Math.round(size * 0.62)));
  return pair;
}

const previewText = (message) =>
  message.deleted
    ? 'This message has been deleted.'
    : message.text.replace(/<\/?at>|[*_\\]/g, '').trim() || 'Sent a card';

function previewOf(conversation) {
  const last = lastOf(conversation);
  if (!last)
    return conversation.kind === 'personal' ? 'Say hello' : `Mention @${state.bot.name} to talk to it`;
  const who =
    last.from.id === state.me.id ? 'You: ' : conversation.kind === 'personal' ? '' : `${last.from.name}: `;
  return who + previewText(last);
}

function drawList() {
  const rowOf = (conversation) => {
    const last = lastOf(conversation);
    const row = make(
      'button',
      [
        'row',
        conversation.id === state.current ? 'selected' : '',
        unread.has(conversation.id) ? 'unread' : '',
      ].join(' '),
      { type: 'button', 'data-testid': `conversation-${conversation.id}` },
      pictureOf(conversation, 32),
      make('span', 'row-name', {}, conversation.name),
      make('time', '', {}, last ? timeOf(last.at) : ''),
      // The preview repeats a message: drawn by CSS, so that screen readers and tests meet each text once.
      make('span', 'row-preview', { 'data-preview': previewOf(conversation) }),
    );
    row.onclick = () => show(conversation.id);
    return row;
  };
  const all = [...state.conversations.values()];
  find('.list').replaceChildren(
    make('h1', '', {}, 'Chat'),
    ...all.filter(({ kind }) => kind !== 'channel').map(rowOf),
    make('h2', '', {}, state.team),
    ...all.filter(({ kind }) => kind === 'channel').map(rowOf),
  );
  for (const button of document.querySelectorAll('.rail button')) {
    const isChannel = current().kind === 'channel';
    button.classList.toggle('selected', (button.dataset.goto === 'channel') === isChannel);
  }
}

function drawHead() {
  const conversation = current();
  const faces = make('span', 'faces', {
    title: facesOf(conversation)
      .map(({ name }) => name)
      .join(', '),
  });
  if (conversation.kind !== 'personal')
    for (const face of facesOf(conversation)) faces.append(avatar(face, 28));
  const subtitles = {
    personal: 'App',
    channel: state.team,
    groupChat: `${conversation.members.length} people and ${state.bot.name}`,
  };
  const back = make('button', 'icon back', { type: 'button', 'aria-label': 'Back to the list' }, '‹');
  back.onclick = () => (document.body.dataset.pane = 'list');
  find('.conversation-head').replaceChildren(
    back,
    pictureOf(conversation, 36),
    make(
      'div',
      'titles',
      {},
      make('h2', '', {}, conversation.name),
      make('small', '', {}, subtitles[conversation.kind]),
    ),
    faces,
  );
}

function show(id) {
  state.current = id;
  state.replyTo = null;
  unread.delete(id);
  document.body.dataset.pane = 'conversation';
  document.body.dataset.kind = current().kind;
  history.replaceState(null, '', `?${new URLSearchParams({ as: state.me.id, conversation: id })}`);
  find('.typing').hidden = true;
  find('.messages').replaceChildren();
  drawList();
  drawHead();
  drawMessages();
  drawComposer();
  scrollDown();
  if (current().kind === 'personal') openPersonal(state.me.id);
}

/** Installs the app for this person; goes on trying while the bot is not there yet. */
async function openPersonal(personId) {
  const opened = await api.openPersonal(personId).catch(report);
  const isStillWanted = () => state.me.id === personId && current().kind === 'personal';
  if (!opened?.installed) setTimeout(() => isStillWanted() && openPersonal(personId), 2000);
}

// — messages ——————————————————————————————————————————————

const actionsOn = (message) => ({
  async press(action, button) {
    const content = button?.closest('.content');
    if (content) hold(content, button);
    const pressed = {
      as: state.me.id,
      conversation: message.conversation,
      activityId: message.id,
      action,
      trigger: 'manual',
    };
    const answer = await api.act(pressed).catch(report);
    if (content) release(content);
    if (action.type !== 'Action.Submit') return;
    const isTaken = answer?.status >= 200 && answer.status < 300;
    // Only this page knows that it was pressed here: a Submit has no answer that the server could keep.
    message.note = isTaken
      ? { kind: 'info', text: 'Your response was sent to the app' }
      : { kind: 'error', text: 'Something went wrong. Please try again.' };
    drawMessages();
  },
  async search(dataset, queryText) {
    const typed = {
      as: state.me.id,
      conversation: message.conversation,
      activityId: message.id,
      dataset,
      queryText,
    };
    const { status, body } = await api.search(typed);
    const results = status === 200 ? body?.value?.results : undefined;
    if (!Array.isArray(results)) throw new Error('no results');
    return results;
  },
});

const fiveMinutes = 5 * 60_000;
const followsOn = (message, before) =>
  before !== undefined &&
  before.from.id === message.from.id &&
  rootOf(before) === rootOf(message) &&
  new Date(message.at) - new Date(before.at) < fiveMinutes;

function elementOf(message, before, previous) {
  const isMine = message.from.id === state.me.id && current().kind !== 'channel';
  return drawMessage(message, {
    isMine,
    isGrouped: followsOn(message, before),
    on: actionsOn(message),
    previous,
  });
}

function drawMessages() {
  const pane = find('.messages');
  const previous = new Map(
    [...pane.querySelectorAll('.message')].map((each) => [each.dataset.activityId, each]),
  );
  const messages = [...current().messages.values()];
  const draw = current().kind === 'channel' ? threadsOf : runOf;
  const elements = draw(messages, (message, before) => elementOf(message, before, previous.get(message.id)));
  pane.replaceChildren(make('div', 'spacer'), ...elements);
  if (messages.length === 0) pane.append(emptyOf(current()));
  drawSuggested(messages.at(-1));
  for (const message of messages) refreshIfDue(message);
}

function runOf(messages, draw) {
  const elements = [];
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    const isNewDay = !before || dayOf(before.at) !== dayOf(message.at);
    if (isNewDay) elements.push(make('div', 'day', {}, make('span', '', {}, dayOf(message.at))));
    elements.push(draw(message, isNewDay ? undefined : before));
  });
  return elements;
}

function threadsOf(messages, draw) {
  const threads = Map.groupBy
    ? Map.groupBy(messages, rootOf)
    : messages.reduce(
        (map, each) => map.set(rootOf(each), [...(map.get(rootOf(each)) ?? []), each]),
        new Map(),
      );
  return [...threads].map(([root, posts]) => {
    const reply = make('button', 'reply', { type: 'button', 'data-testid': `reply-${root}` }, 'Reply');
    reply.onclick = () => {
      state.replyTo = posts[0];
      drawComposer();
      find('textarea').focus();
    };
    return make('section', 'thread', {}, ...posts.map((post, index) => draw(post, posts[index - 1])), reply);
  });
}

const emptyOf = (conversation) =>
  make(
    'div',
    'empty',
    {},
    pictureOf(conversation, 72),
    make(
      'h3',
      '',
      {},
      conversation.kind === 'personal' ? `This is your chat with ${state.bot.name}` : conversation.name,
    ),
    make('p', '', {}, previewOf(conversation)),
  );

const refreshed = new Set();
function refreshIfDue(message) {
  const hasRefresh = message.attachments.some((attachment) => attachment.content?.refresh?.action);
  const key = `${state.me.id} ${message.id} ${JSON.stringify(message.attachments)}`;
  if (!hasRefresh || message.deleted || refreshed.has(key)) return;
  refreshed.add(key);
  // The server decides whether a client would refresh this card now.
  api.refresh(state.me.id, message.id).catch(report);
}

function drawSuggested(last) {
  const actions = last?.from.role === 'bot' && current().kind === 'personal' ? last.suggestedActions : [];
  const chips = actions
    .filter((action) => action?.type === 'imBack')
    .map((action) => {
      const chip = make('button', 'chip', { type: 'button' }, action.title ?? action.value);
      chip.onclick = () => send(String(action.value));
      return chip;
    });
  find('.suggested').replaceChildren(...chips);
}

function receive(change) {
  const conversation = state.conversations.get(change.conversation);
  if (!conversation) return;
  const isShown = conversation.id === state.current;
  if (change.typing) {
    if (isShown) drawTyping(true);
    return;
  }
  const pane = find('.messages');
  const wasAtEnd = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 120;
  const isNew = !conversation.messages.has(change.message.id);
  conversation.messages.set(change.message.id, change.message);
  if (isNew && !isShown) unread.add(conversation.id);
  drawList();
  if (!isShown) return;
  if (change.message.from.role === 'bot') drawTyping(false);
  drawMessages();
  if (wasAtEnd || (isNew && change.message.from.id === state.me.id)) scrollDown();
}

function drawTyping(isTyping) {
  clearTimeout(typingTimer);
  const line = find('.typing');
  line.hidden = !isTyping;
  line.replaceChildren(
    make('span', 'dots', {}, make('i'), make('i'), make('i')),
    `${state.bot.name} is typing`,
  );
  // Teams takes the sign away when nothing follows.
  if (isTyping) typingTimer = setTimeout(() => drawTyping(false), 8000);
}

function scrollDown() {
  const pane = find('.messages');
  const jump = () => (pane.scrollTop = pane.scrollHeight);
  jump();
  requestAnimationFrame(() => requestAnimationFrame(jump));
}

// — composing —————————————————————————————————————————————

function drawComposer() {
  const { kind } = current();
  const box = find('textarea');
  const prompts = {
    personal: 'Type a message',
    groupChat: `Type a message. @${state.bot.name} hears what mentions it`,
    channel: state.replyTo ? 'Reply' : `Start a post. @${state.bot.name} hears what mentions it`,
  };
  box.placeholder = prompts[kind];
  find('.mention').hidden = kind === 'personal';
  const line = find('.replying');
  line.hidden = !state.replyTo;
  if (!state.replyTo) return;
  const cancel = make('button', 'icon', { type: 'button', 'aria-label': 'Do not reply' }, '×');
  cancel.onclick = () => {
    state.replyTo = null;
    drawComposer();
  };
  line.replaceChildren(
    make('span', '', {}, `Reply to ${state.replyTo.from.name}: ${previewText(state.replyTo)}`),
    cancel,
  );
}

const fit = (box) => {
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
};

async function send(typed) {
  const text = typed.trim();
  if (text === '') return;
  const { kind, id } = current();
  const name = state.bot.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const mention = kind !== 'personal' && new RegExp(`@${name}(?!\\p{L})`, 'iu').test(text);
  const tagged = mention
    ? text.replace(new RegExp(`@${name}(?!\\p{L})`, 'giu'), `<at>${state.bot.name}</at>`)
    : text;
  const conversation = state.replyTo?.conversation ?? id;
  state.replyTo = null;
  drawComposer();
  scrollDown();
  await api.say({ conversation, as: state.me.id, text: tagged, mention }).catch(report);
}

function submit() {
  const box = find('textarea');
  const typed = box.value;
  box.value = '';
  find('.send').classList.remove('ready');
  fit(box);
  send(typed);
}

find('.composer').onsubmit = (event) => {
  event.preventDefault();
  submit();
};
find('textarea').onkeydown = (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit();
};
find('textarea').oninput = (event) => {
  fit(event.target);
  find('.send').classList.toggle('ready', event.target.value.trim() !== '');
};
find('.mention').onclick = () => {
  const box = find('textarea');
  box.value = `@${state.bot.name} ${box.value}`;
  box.focus();
};
for (const button of document.querySelectorAll('.rail button')) {
  button.onclick = () =>
    show([...state.conversations.values()].find(({ kind }) => kind === button.dataset.goto).id);
}

function report(error) {
  console.warn(error);
}

become(query.get('as') ?? '', query.get('conversation')).catch((error) => {
  document.body.replaceChildren(make('p', 'broken', {}, `The chat cannot be shown: ${error.message}`));
});
