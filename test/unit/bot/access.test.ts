// Who may use a row of the tables: every combination of row, role and state of the organisation.
import assert from 'node:assert/strict';
import { decideAccess, type Access, type Admittance } from '../../../bot/access.ts';
import { ACTIONS } from '../../../bot/actions/index.ts';
import { COMMANDS } from '../../../bot/commands/index.ts';
import type { Role } from '../../../services/index.ts';

describe('access', () => {
  const OWNED: readonly (readonly [Access, Record<'nobody' | Role, Admittance>])[] = [
    ['everybody', { nobody: 'granted', viewer: 'granted', admin: 'granted', owner: 'granted' }],
    ['viewer', { nobody: 'refused', viewer: 'granted', admin: 'granted', owner: 'granted' }],
    ['connecting', { nobody: 'refused', viewer: 'refused', admin: 'granted', owner: 'granted' }],
    ['admin', { nobody: 'refused', viewer: 'refused', admin: 'granted', owner: 'granted' }],
    ['owner', { nobody: 'refused', viewer: 'refused', admin: 'refused', owner: 'granted' }],
  ];
  for (const [access, expected] of OWNED)
    it(`to a row for ${access}`, () => {
      for (const role of ['nobody', 'viewer', 'admin', 'owner'] as const)
        assert.equal(decideAccess(access, role === 'nobody' ? null : role, true), expected[role], role);
    });

  it('before there is an owner is to connecting, help and greetings only', () => {
    assert.equal(decideAccess('everybody', null, false), 'granted');
    assert.equal(decideAccess('connecting', null, false), 'granted');
    for (const access of ['viewer', 'admin', 'owner'] as const)
      assert.equal(decideAccess(access, null, false), 'connectFirst');
  });

  it('is asked for in every row that shows or changes anything', () => {
    const open = [
      ...COMMANDS.filter((row) => row.access === 'everybody').map(({ names }) => names[0]),
      ...ACTIONS.filter((row) => row.access === 'everybody').map(({ verb }) => verb),
    ];
    // `command.run` asks as the command that it says.
    assert.deepEqual(open.sort(), ['command.run', 'help', 'help.show', 'hi']);
  });

  it('to what changes people is for owners alone', () => {
    const verbs = ACTIONS.filter(({ access }) => access === 'owner').map(({ verb }) => verb);
    assert.deepEqual(verbs.sort(), [
      'people.add',
      'people.askRemove',
      'people.person',
      'people.remove',
      'people.set',
    ]);
  });
});
