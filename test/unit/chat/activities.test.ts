// Ids, times and answers: the small pure parts around an activity.
// The shapes as a bot sees them are asserted with the real adapter, in the integration tests.
import assert from 'node:assert/strict';
import { localTimestamp } from '../../../local/chat/build-activity.ts';
import { channelOf, createConversations, threadId, threadOf } from '../../../local/chat/conversations.ts';
import { createFaults, newFault } from '../../../local/chat/faults.ts';
import { readInvokeResponse } from '../../../local/chat/invoke-response.ts';
import { createRoster, teamsChannelAccount, userMri } from '../../../local/chat/people.ts';

const megan = {
  id: 'aaaaaaaa-0000-4000-8000-000000000001',
  displayName: 'Megan van der Bowen',
  userPrincipalName: 'megan@contoso.com',
  mail: 'megan@contoso.com',
  role: 'no role',
} as const;
const rosterOf = (botAppId: string) =>
  createRoster({ tenantId: 't', botAppId, botName: 'Rollcall', people: [megan] });

describe('chat: ids and times', () => {
  it('gives a person the same id each time, and every bot another one', () => {
    assert.equal(userMri('bot', megan.id), userMri('bot', megan.id));
    assert.notEqual(userMri('bot', megan.id), userMri('other', megan.id));
    assert.equal(rosterOf('bot').find(userMri('bot', megan.id)), megan);
    assert.equal(rosterOf('bot').find(userMri('other', megan.id)), undefined);
  });

  it('splits a name into given name and surname', () => {
    const { givenName, surname } = teamsChannelAccount(rosterOf('bot'), megan);
    assert.deepEqual([givenName, surname], ['Megan', 'van der Bowen']);
  });

  it('addresses threads of a channel', () => {
    const conversations = createConversations(rosterOf('bot'));
    const channel = conversations.all.find(({ kind }) => kind === 'channel');
    const thread = threadId(channel?.id ?? '', '1700000000000');
    assert.match(thread, /^19:[0-9a-f]{32}@thread\.tacv2;messageid=1700000000000$/);
    assert.equal(threadOf(thread), '1700000000000');
    assert.equal(threadOf(channelOf(thread)), undefined);
    assert.equal(conversations.find(thread), channel);
    assert.equal(conversations.team.id, channel?.id);
  });

  it('writes local time with its offset', () => {
    const at = new Date('2026-01-02T03:04:05.678Z');
    assert.match(localTimestamp(at), /^2026-01-0\dT\d\d:\d4:05\.678[+-]\d\d:\d\d$/);
    assert.equal(new Date(localTimestamp(at)).getTime(), at.getTime());
  });
});

describe('chat: answers to an invoke', () => {
  it('takes only the two answers that a client knows', () => {
    const card = { type: 'AdaptiveCard' };
    const ofCard = { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card };
    assert.deepEqual(readInvokeResponse(200, ofCard), { kind: 'card', card });
    const ofText = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Hi' };
    assert.deepEqual(readInvokeResponse(200, ofText), { kind: 'message', text: 'Hi' });
    const others: readonly unknown[] = [
      null,
      {},
      { ...ofCard, statusCode: 400 },
      { ...ofCard, value: 'text' },
      { ...ofText, value: card },
      { ...ofCard, type: 'application/vnd.microsoft.adaptive.card' },
    ];
    for (const body of others)
      assert.equal(readInvokeResponse(200, body).kind, 'error', JSON.stringify(body));
    for (const status of [0, 201, 400, 500]) assert.equal(readInvokeResponse(status, ofCard).kind, 'error');
  });
});

describe('chat: faults', () => {
  it('are met in order, counted and used up', () => {
    const faults = createFaults();
    faults.add(newFault.parse({ kind: '500', times: 2, match: { method: 'PUT' } }));
    faults.add(newFault.parse({ kind: '429' }));
    assert.equal(faults.take('POST', '/a')?.kind, '429');
    assert.equal(faults.take('POST', '/a'), undefined);
    assert.equal(faults.take('PUT', '/a')?.kind, '500');
    assert.equal(faults.take('PUT', '/a')?.kind, '500');
    assert.equal(faults.take('PUT', '/a'), undefined);
    assert.deepEqual(
      faults.list().map(({ remaining, served }) => [remaining, served]),
      [
        [0, 2],
        [0, 1],
      ],
    );
  });

  it('go on for ever when they are told no number', () => {
    const faults = createFaults();
    const { id } = faults.add(newFault.parse({ kind: 'reset', times: 0, match: { path: 'activities$' } }));
    for (let call = 0; call < 5; call += 1) assert.equal(faults.take('POST', '/x/activities')?.kind, 'reset');
    assert.equal(faults.take('POST', '/x/members'), undefined);
    faults.remove(id);
    assert.equal(faults.take('POST', '/x/activities'), undefined);
  });
});
