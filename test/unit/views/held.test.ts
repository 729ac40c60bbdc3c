// What people see before they approve a held sync: what would happen, in words that do not say that it has happened.
import assert from 'node:assert/strict';
import { viewRun } from '../../../bot/views/run.ts';
import { viewSync } from '../../../bot/views/sync.ts';
import { renderCard } from '../../../cards/render-card.ts';
import type { Change, Run } from '../../../services/index.ts';
import { MOST_PLANNED_CHANGES } from '../../../services/index.ts';
import { parseObjectId } from '../../../services/directory/ids.ts';
import { aReport, aRun, aUser, inactive, NOW, userChange } from '../../support/card-facts.ts';

const reader = { locale: 'en-GB', timeZone: 'UTC', now: NOW };
const held: Run = aRun({ report: aReport({ outcome: 'held' }) });
const before = aUser('Megan Bowen');
const after = { ...before, ...inactive([{ kind: 'disabled' }]) };

function show(changes: readonly Change[], total = changes.length, run = held) {
  const items = changes.map((change) => ({ change, displayName: 'Megan Bowen', id: before.id }));
  const { card, data } = viewRun(run, { items, total, page: 0, pageSize: 10 }, reader);
  assert.ok(card === 'run');
  renderCard(card, data);
  return data;
}

describe('the changes of a held sync', () => {
  it('would happen, and have not', () => {
    const { title, lead, rows } = show([userChange(before, after, 'inactivate')], 16);
    assert.equal(title, 'What this sync would change');
    assert.equal(lead, '16 changes, as seen 23 Nov 2026, 14:02. This sync has made none of them.');
    assert.equal(rows[0]?.action, 'Would become inactive');
    assert.deepEqual(rows[0].lines, ['Disabled in Microsoft 365']);
  });

  it('are told of members too', () => {
    const objectId = parseObjectId('g');
    const change = {
      type: 'memberships',
      objectId,
      added: [],
      removed: [{ kind: 'user', objectId }],
    } as const;
    assert.deepEqual(show([change]).rows[0]?.lines, ['1 member would be removed']);
  });

  it('are not called all when there are more than are kept', () => {
    assert.match(
      show([userChange(before, after, 'inactivate')], MOST_PLANNED_CHANGES).lead,
      /^The first 10,000/,
    );
  });

  it('are not called none when they are no longer kept', () => {
    assert.match(show([]).empty[0] ?? '', /kept for a week/);
  });

  it('are changes like all others once a sync has made them', () => {
    const { rows } = show([userChange(before, after, 'inactivate')], 1, aRun());
    assert.equal(rows[0]?.action, 'Made inactive');
  });
});

describe('a sync that was approved and is held again', () => {
  it('says that Microsoft 365 has changed since, and names nobody as its approver', () => {
    const approvedBy = { objectId: 'x', displayName: 'Adele Vance' };
    const { card, data } = viewSync({ ...held, approvedBy }, reader);
    assert.ok(card === 'sync');
    assert.match(data.lines.join(), /has changed since you approved/);
    assert.ok(!data.facts.some(({ name }) => name === 'Approved by'));
    assert.equal(data.buttons[0]?.verb, 'sync.approve');
  });
});
