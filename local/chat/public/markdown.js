// The Markdown that Teams understands in messages and text blocks: bold, italic, lists, links.
// Pure: text in, HTML out. Everything else, HTML included, comes out as the text it is.

const signs = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text) => text.replace(/[&<>"']/g, (sign) => signs[sign]);

const safeUrl = /^(https?:|mailto:|tel:)/i;
const link = /\[((?:\\.|[^\]\\]){1,2000})\]\(\s*(<[^>\n]{1,4000}>|[^\s)]{1,4000})(?:\s+"[^"]{0,500}")?\s*\)/y;
const mention = /<at>([^<]{1,200})<\/at>/y;
const isSpace = (sign) => sign === undefined || /\s/.test(sign);
const isWord = (sign) => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);

function closingOf(text, delimiter, start) {
  for (let at = text.indexOf(delimiter, start); at !== -1; at = text.indexOf(delimiter, at + 1)) {
    const before = text[at - 1];
    const after = text[at + delimiter.length];
    const isPartOfLonger = delimiter.length === 1 && (after === delimiter || before === delimiter);
    const isInsideWord = delimiter[0] === '_' && isWord(after);
    if (before !== '\\' && !isSpace(before) && !isPartOfLonger && !isInsideWord && at > start) return at;
  }
  return -1;
}

/** One line's worth of text. `mentions` are the names that entities of the message stand for. */
export function inline(text, mentions = new Set()) {
  const unclosed = new Set();
  let html = '';
  let at = 0;
  while (at < text.length) {
    const sign = text[at];
    if (sign === '\\' && /[\\`*_{}[\]()#+\-.!|<>~]/.test(text[at + 1] ?? '')) {
      html += escapeHtml(text[at + 1]);
      at += 2;
      continue;
    }
    if (sign === '[') {
      link.lastIndex = at;
      const found = link.exec(text);
      const url = found?.[2].replace(/^<|>$/g, '');
      if (found && safeUrl.test(url)) {
        const href = escapeHtml(url);
        html += `<a href="${href}" target="_blank" rel="noopener noreferrer">${inline(found[1], mentions)}</a>`;
        at = link.lastIndex;
        continue;
      }
    }
    if (sign === '<') {
      mention.lastIndex = at;
      const found = mention.exec(text);
      if (found && mentions.has(found[1])) {
        html += `<span class="at">${escapeHtml(found[1])}</span>`;
        at = mention.lastIndex;
        continue;
      }
    }
    if (sign === '*' || sign === '_') {
      const delimiter = text[at + 1] === sign ? sign + sign : sign;
      const start = at + delimiter.length;
      const opens =
        !isSpace(text[start]) && !(sign === '_' && isWord(text[at - 1])) && !unclosed.has(delimiter);
      const end = opens ? closingOf(text, delimiter, start) : -1;
      if (end !== -1) {
        const tag = delimiter.length === 2 ? 'strong' : 'em';
        html += `<${tag}>${inline(text.slice(start, end), mentions)}</${tag}>`;
        at = end + delimiter.length;
        continue;
      }
      if (opens) unclosed.add(delimiter);
      html += delimiter;
      at = start;
      continue;
    }
    html += escapeHtml(sign);
    at += 1;
  }
  return html;
}

const bullet = /^\s{0,6}[-*+]\s+(.*)$/;
const numbered = /^\s{0,6}(\d{1,9})[.)]\s+(.*)$/;

/** A whole text: paragraphs and lists. A single line break is a space, as in Teams. */
export function renderMarkdown(text, mentions = new Set()) {
  const html = [];
  let block = null;
  const close = () => {
    if (block?.kind === 'p') html.push(`<p>${inline(block.lines.join(' '), mentions)}</p>`);
    else if (block) {
      const items = block.lines.map((line) => `<li>${inline(line, mentions)}</li>`).join('');
      const start = block.kind === 'ol' && block.start !== 1 ? ` start="${block.start}"` : '';
      html.push(`<${block.kind}${start}>${items}</${block.kind}>`);
    }
    block = null;
  };
  const into = (kind, line, start) => {
    if (block?.kind !== kind) {
      close();
      block = { kind, lines: [], start };
    }
    block.lines.push(line);
  };
  for (const line of text.split(/\r\n|\r|\n/)) {
    const asBullet = bullet.exec(line);
    const asNumbered = numbered.exec(line);
    if (line.trim() === '') close();
    else if (asBullet) into('ul', asBullet[1]);
    else if (asNumbered) into('ol', asNumbered[2], Number(asNumbered[1]));
    else if (block && block.kind !== 'p' && /^\s{2,}/.test(line))
      block.lines[block.lines.length - 1] += ` ${line.trim()}`;
    else into('p', line.trim());
  }
  close();
  return html.join('');
}

/** Plain text: as typed, with mentions marked. */
export function renderPlain(text, mentions = new Set()) {
  const parts = text.split(/(<at>[^<]{1,200}<\/at>)/);
  const html = parts.map((part) => {
    const name = /^<at>(.*)<\/at>$/.exec(part)?.[1];
    return name !== undefined && mentions.has(name)
      ? `<span class="at">${escapeHtml(name)}</span>`
      : escapeHtml(part);
  });
  return `<p class="plain">${html.join('')}</p>`;
}
