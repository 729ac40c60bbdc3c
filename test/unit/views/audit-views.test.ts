// What the card of the audit trail says: names and words, never ids and codes of ours. How it looks is in the goldens.
import assert from 'node:assert/strict';
import { viewAudit } from '../../../bot/views/audit.ts';
import { unmarked } from '../../../cards/plain-text.ts';
import { renderCard } from '../../../cards/render-card.ts';
import { VERBS } from '../../../cards/verbs.ts';
import type { CardView } from '../../../cards/index.ts';
import type { AuditEntry } from '../../../services/index.ts';
import { NOW, READER } from '../../support/card-facts.ts';
import { aCredential } from '../../support/connect-scenes.ts';

const wordsOf = (view: CardView) => unmarked(JSON.stringify(renderCard(view.card, view.data)));

describe('the audit trail', () => {
  const ANN = 'a0000000-0000-4000-8000-00000000000a';
  const GONE = 'b0000000-0000-4000-8000-00000000000b';
  const entry: AuditEntry = {
    id: 'e',
    tenantId: aCredential('x').tenantId,
    at: NOW,
    actor: null,
    action: 'refused',
    target: null,
    conversationId: null,
    before: null,
    after: null,
    result: 'done',
  };
  const shown = (...more: Partial<AuditEntry>[]) => {
    const items = more.map((one) => ({ ...entry, ...one }));
    return wordsOf(
      viewAudit({ items, total: items.length, page: 0, pageSize: 10 }, { [ANN]: 'Ann' }, READER),
    );
  };

  it('names what was done in words, and what it does not know by its own name', () => {
    const words = shown(
      { action: 'credential.recovered', target: 'everything/app', before: 'failed', after: 'good' },
      { action: 'moon.landed' },
    );
    assert.match(words, /Account works again: Everything, by the app itself/);
    assert.match(words, /does not work → works/);
    assert.match(words, /moon landed/);
    assert.match(words, /Rollcall itself/);
  });

  it('does not say of what was refused that it was done, and says why', () => {
    const words = shown(
      { action: 'role.set', target: ANN, before: 'owner', after: 'last-owner', result: 'refused' },
      { action: 'credential.authorized', target: 'users', after: 'declined', result: 'refused' },
      { action: 'refused', target: 'sync.start', after: 'other-chat', result: 'refused' },
    );
    assert.match(words, /Role change: Ann/);
    assert.match(words, /owner.*\. Stays: Owner/);
    assert.match(words, /Authorization of an account: Users.*cancelled at Microsoft/s);
    assert.match(words, /a card that was copied from another chat/);
    assert.doesNotMatch(words, /Role changed|Account authorized/);
  });

  it('says how often somebody was refused the same', () => {
    const refused = { action: 'refused', target: 'sync.start', result: 'refused' } as const;
    assert.match(shown({ ...refused, times: 1234 }), /1,234 times within the hour/);
    assert.doesNotMatch(shown(refused), /within the hour/);
  });

  it('shows names and words, never ids, verbs or codes of ours', () => {
    const words = shown(
      { action: 'credential.failed', target: `users/${ANN}`, after: 'AADSTS50057', result: 'failed' },
      { action: 'credential.failed-over', target: 'users', before: ANN, after: GONE },
      { action: 'credential.failed-over', target: 'groups', before: ANN, result: 'failed' },
      { action: 'role.set', target: GONE, before: 'viewer', after: 'admin' },
      { action: 'refused', target: 'people.add', after: 'other-tenant', result: 'refused' },
      { action: 'sign-in.refused', target: 'users', after: 'token-key-unknown', result: 'refused' },
      { action: 'credential.removed', target: `domains/${GONE}`, before: 'good', result: 'begun' },
      { action: 'sync.started', target: '17', actor: { objectId: ANN, displayName: '' } },
    );
    for (const part of [
      'Account stopped working: Users, Ann',
      'Microsoft refused (AADSTS50057)',
      'Another account carries on: Users',
      'Ann → somebody whose name is not known',
      'No account carries on: Groups',
      'Role changed: somebody whose name is not known',
      'Viewer → Administrator',
      'Request refused: add somebody',
      'an account of another organisation',
      'Somebody unknown',
      'A key that keeps sign-ins is missing from the settings',
      'Removal of an account: Domains',
      'Rollcall ended before it could note how it went.',
      'Sync started: number 17',
    ])
      assert.ok(words.includes(part), part);
    assert.doesNotMatch(words, /[0-9a-f]{8}-|people\.add|other-tenant|token-key/);
  });

  it('has words for every button', () => {
    for (const verb of Object.keys(VERBS))
      assert.doesNotMatch(shown({ target: verb }), /refused: \w+\.\w+/, verb);
  });
});
