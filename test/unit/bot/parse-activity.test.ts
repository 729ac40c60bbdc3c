// Activities as Teams sends them, and as nobody should: what the bot understands of each.
import assert from 'node:assert/strict';
import type { Activity } from 'botbuilder';
import fc from 'fast-check';
import { parseActivity } from '../../../bot/parse-activity.ts';
import {
  APP_ID,
  channelMessage,
  envelope,
  execute,
  installed,
  membersAdded,
  message,
  PERSON,
  submit,
  TENANT_ID,
} from './activities.ts';

const parse = (activity: Record<string, unknown>) => parseActivity(activity as unknown as Activity);
const textOf = (activity: Record<string, unknown>) => {
  const parsed = parse(activity);
  assert.equal(parsed.kind, 'command');
  return parsed.text;
};

describe('parseActivity', () => {
  it('reads who asks, where and how they read from the activity', () => {
    assert.deepEqual(parse(message('status')), {
      kind: 'command',
      text: 'status',
      tenantId: TENANT_ID,
      actor: { objectId: PERSON.aadObjectId, displayName: PERSON.name },
      conversation: { kind: 'personal', id: 'a:1personal' },
      locale: 'en-GB',
      timeZone: 'Europe/Berlin',
      activityId: '1700000000001',
    });
  });

  const TEXTS: readonly (readonly [string, string, string])[] = [
    ['blanks around and inside', '  sync \t now \n', 'sync now'],
    ['no-break and ideographic blanks', 'sync\u00a0\u3000now', 'sync now'],
    ['marks that nobody sees', '\ufeffsync\u200b now\u202e', 'sync now'],
    ['entities of HTML', 'users R&amp;D &lt;x&gt;', 'users R&D <x>'],
    ['an escaped entity once only', 'users &amp;lt;', 'users &lt;'],
    ['capitals as they are', 'User Megan', 'User Megan'],
    ['joiners inside a name', 'user نام\u200cها', 'user نام\u200cها'],
  ];
  for (const [name, text, expected] of TEXTS)
    it(`reads ${name}`, () => assert.equal(textOf(message(text)), expected));

  it('takes the mention of the bot out, and no other', () => {
    assert.equal(textOf(channelMessage('sync now')), 'sync now');
    const other = { type: 'mention', text: '<at>Ann</at>', mentioned: { id: '29:ann' } };
    const bot = { type: 'mention', text: '<at>Rollcall</at>', mentioned: { id: `28:${APP_ID}` } };
    assert.equal(
      textOf(message('<at>Rollcall</at> user <at>Ann</at>', { entities: [bot, other] })),
      'user <at>Ann</at>',
    );
  });

  it('knows the kinds of conversation', () => {
    const kindOf = (conversationType: string | undefined) => {
      const parsed = parse(
        message('x', { conversation: { id: 'c', tenantId: TENANT_ID, conversationType } }),
      );
      return 'conversation' in parsed ? parsed.conversation.kind : null;
    };
    assert.equal(kindOf('channel'), 'channel');
    assert.equal(kindOf('groupChat'), 'groupChat');
    assert.equal(kindOf(undefined), 'personal');
    for (const name of ['constructor', '__proto__', 'toString']) assert.equal(kindOf(name), 'personal');
  });

  it('tells an empty message from an attachment alone, and from formatted text', () => {
    const html = { contentType: 'text/html', content: '<p></p>' };
    assert.equal(parse(message('')).kind, 'emptyMessage');
    assert.equal(parse(message(undefined)).kind, 'emptyMessage');
    assert.equal(parse(message(' \u00a0 ', { attachments: [html] })).kind, 'emptyMessage');
    assert.equal(parse(channelMessage('')).kind, 'emptyMessage');
    assert.equal(
      parse(message('', { attachments: [html, { contentType: 'image/png' }] })).kind,
      'attachmentOnly',
    );
  });

  it('does not read 100 KB of text', () => {
    assert.equal(parse(message('x'.repeat(100_000))).kind, 'messageTooLong');
  });

  it('reads a button of a card', () => {
    const parsed = parse(execute('run.show', { v: 1, runId: 'r', page: 2 }));
    assert.ok(parsed.kind === 'action');
    assert.deepEqual(
      { by: parsed.by, verb: parsed.verb, data: parsed.data },
      { by: 'execute', verb: 'run.show', data: { v: 1, runId: 'r', page: 2 } },
    );
  });

  it('reads the button of an old client, and keeps a value without a verb as an unknown action', () => {
    const parsed = parse(submit({ verb: 'status.show', v: 1 }));
    assert.ok(parsed.kind === 'action');
    assert.equal(parsed.by, 'submit');
    assert.equal(parsed.verb, 'status.show');
    const forged = parse(submit({ x: 1 }));
    assert.ok(forged.kind === 'action' && forged.verb === '');
  });

  for (const value of [undefined, null, 'text', 7, [], {}, { action: null }, { action: { verb: 7 } }])
    it(`reads an invoke with the value ${JSON.stringify(value)} as an unknown action`, () => {
      const parsed = parse(envelope({ type: 'invoke', name: 'adaptiveCard/action', value }));
      assert.ok(parsed.kind === 'action' && parsed.verb === '');
    });

  it('welcomes once: by the installation, not by the members that come with it', () => {
    assert.equal(parse(installed()).kind, 'installed');
    assert.equal(parse(membersAdded()).kind, 'ignored');
    assert.equal(parse(installed({ action: 'remove' })).kind, 'ignored');
  });

  it('ignores what it does not know', () => {
    for (const type of ['typing', 'messageReaction', 'event', 'endOfConversation', 'nonsense'])
      assert.equal(parse(envelope({ type })).kind, 'ignored');
    assert.equal(parse(envelope({ type: 'invoke', name: 'composeExtension/query' })).kind, 'ignored');
    assert.equal(parse(message('help', { from: { id: '28:bot' } })).kind, 'ignored');
  });

  it('tells a person without an account from a bot', () => {
    const from = { id: '29:1somebody', name: 'Somebody' };
    assert.equal(parse(message('help', { from })).kind, 'stranger');
    assert.equal(parse(message('help', { from: { ...from, aadObjectId: '' } })).kind, 'stranger');
    assert.equal(parse(execute('status.show', { v: 1 }, { from })).kind, 'stranger');
    assert.equal(parse(installed({ from })).kind, 'ignored');
    assert.equal(parse(message('help', { from: { ...from, role: 'bot' } })).kind, 'ignored');
  });

  it('never believes a card about who asks', () => {
    const parsed = parse(
      execute('sync.start', { v: 1, tenantId: 'x', actor: { objectId: 'x' }, from: { aadObjectId: 'x' } }),
    );
    assert.ok(parsed.kind === 'action');
    assert.equal(parsed.tenantId, TENANT_ID);
    assert.equal(parsed.actor.objectId, PERSON.aadObjectId);
  });

  it('never throws, whatever the fields hold', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.json()), fc.jsonValue(), fc.jsonValue(), (extra, a, b) => {
        parse({
          ...message('x'),
          ...extra,
          text: a,
          value: b,
          entities: a,
          attachments: b,
          locale: a,
          localTimezone: b,
          conversation: { id: 'c', tenantId: TENANT_ID },
          recipient: { id: '28:x' },
          from: PERSON,
          type: 'message',
        });
      }),
    );
  });
});
