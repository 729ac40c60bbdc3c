// Draws messages: bubbles, names, times, cards, lines under a card.
// Elements in, elements out; it keeps no state and makes no calls.
import { drawCard } from './cards.js';
import { renderMarkdown, renderPlain } from './markdown.js';

/** An element with a class, attributes and children. */
export function make(tag, className, attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const avatarColours = ['#986f0b', '#0f6cbd', '#8f4e8b', '#0e7878', '#b5552b', '#4f6bed', '#6b7a2f'];

const initialsOf = (name) => {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => (word ? [...word][0] : ''))
    .join('')
    .toUpperCase();
};

/** A round picture with initials; the bot's is a hexagon, as Teams draws bots. */
export function avatar(author, size = 32) {
  if (author.role === 'bot')
    return make('img', 'avatar', { src: '/static/bot.svg', alt: '', width: size, height: size });
  const sum = [...author.id].reduce((total, sign) => (total * 31 + sign.codePointAt(0)) % 9973, 7);
  const round = make('span', 'avatar', { 'aria-hidden': 'true' }, initialsOf(author.name));
  round.style.cssText = `width:${size}px;height:${size}px;font-size:${Math.round(size * 0.4)}px`;
  round.style.background = avatarColours[sum % avatarColours.length];
  return round;
}

const clock = new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat('en-US', { weekday: 'long', month: 'long', day: 'numeric' });
export const timeOf = (iso) => clock.format(new Date(iso));
export function dayOf(iso) {
  const day = new Date(iso).toDateString();
  if (day === new Date().toDateString()) return 'Today';
  return day === new Date(Date.now() - 86_400_000).toDateString()
    ? 'Yesterday'
    : weekday.format(new Date(iso));
}

const mentionNames = (message) =>
  new Set(
    message.entities
      .filter((entity) => entity?.type === 'mention' && typeof entity.text === 'string')
      .map((entity) => entity.text.replace(/^<at>|<\/at>$/g, '')),
  );

function textOf(message) {
  if (!message.text.trim()) return null;
  const names = mentionNames(message);
  const text = make('div', 'text', { dir: 'auto' });
  text.innerHTML =
    message.textFormat === 'markdown'
      ? renderMarkdown(message.text, names)
      : renderPlain(message.text, names);
  return text;
}

function attachmentOf(attachment, on) {
  if (attachment.contentType === 'text/html') return null;
  if (attachment.fallbackText !== undefined) {
    return make('div', 'card card-fallback', {}, attachment.fallbackText);
  }
  if (attachment.contentType !== 'application/vnd.microsoft.card.adaptive') {
    return make('div', 'file', {}, attachment.name || attachment.contentType);
  }
  return (
    drawCard(attachment.content, on) ?? make('div', 'card card-fallback', {}, "This card can't be displayed.")
  );
}

/** What is inside a message: the part that a later change may leave as it is. */
function contentOf(message, on) {
  const content = make('div', 'content');
  const cards = message.attachments.map((attachment) => attachmentOf(attachment, on)).filter(Boolean);
  const text = textOf(message);
  if (message.deleted) content.append(make('div', 'bubble gone', {}, 'This message has been deleted.'));
  else if (text) content.append(make('div', 'bubble', {}, text));
  for (const card of cards) content.append(card);
  if (cards.some((card) => card.classList.contains('card-full'))) content.classList.add('wide');
  return content;
}

function noteOf(message) {
  const { note, problem } = message;
  if (problem) return make('div', 'note error', { role: 'status' }, problem);
  return note ? make('div', `note ${note.kind}`, { role: 'status' }, note.text) : null;
}

/**
 * A message's element. With `previous`, an element of the same message, its content is kept when it
 * shows the same, so that what somebody typed into a card is not lost.
 */
export function drawMessage(message, { isMine, isGrouped, on, previous }) {
  const shown = JSON.stringify([message.text, message.attachments, message.deleted, message.entities]);
  const isSame = previous?.dataset.shown === shown;
  const content = isSame ? previous.querySelector('.content') : contentOf(message, on);
  const head = make(
    'div',
    'message-head',
    {},
    isMine ? null : make('span', 'author', {}, message.from.name),
    make('time', '', { datetime: message.at }, timeOf(message.at)),
    message.edited && !message.deleted ? make('span', 'edited', {}, 'Edited') : null,
  );
  const element = make(
    'article',
    ['message', isMine ? 'mine' : '', isGrouped ? 'grouped' : '', message.from.role]
      .filter(Boolean)
      .join(' '),
    {
      'data-testid': 'message',
      'data-activity-id': message.id,
      'aria-label': `${message.from.name}, ${timeOf(message.at)}`,
    },
    isMine ? null : make('div', 'face', {}, isGrouped ? null : avatar(message.from)),
    make('div', 'body', {}, isGrouped && !message.edited ? null : head, content, noteOf(message)),
  );
  element.dataset.shown = shown;
  return element;
}

/** Shows that an answer is awaited: no button of the card can be pressed, the pressed one turns. */
export function hold(content, pressed) {
  content.classList.add('waiting');
  content.inert = true;
  pressed?.classList.add('pressed');
}

/** The answer is there. */
export function release(content) {
  content.classList.remove('waiting');
  content.inert = false;
  for (const pressed of content.querySelectorAll('.pressed')) pressed.classList.remove('pressed');
}
