// Which command a text means: exact on its first words, else the nearest.
import assert from 'node:assert/strict';
import { COMMANDS } from '../../../bot/commands/index.ts';
import { matchCommand } from '../../../bot/commands/match-command.ts';

const found = (text: string) => {
  const match = matchCommand(COMMANDS, text);
  return match.kind === 'found' ? [match.row.names[0], match.argument] : match.kind;
};
const nearest = (text: string) => {
  const match = matchCommand(COMMANDS, text);
  assert.equal(match.kind, 'unknown', `"${text}" is a command`);
  return match.nearest;
};

describe('matchCommand', () => {
  const MEANT: readonly (readonly [string, readonly [string, string]])[] = [
    ['help', ['help', '']],
    ['HELP', ['help', '']],
    ['help me', ['help', 'me']],
    ['Hello', ['hi', '']],
    ['hi there', ['hi', 'there']],
    ['Sync Now', ['sync now', '']],
    ['ｓｙｎｃ ｎｏｗ', ['sync now', '']],
    ['users', ['users', '']],
    ['users Ann Lee', ['users', 'Ann Lee']],
    ['user Ann@Example.com', ['user', 'Ann@Example.com']],
    ['groups', ['groups', '']],
    ['group Sales', ['group', 'Sales']],
    ['status', ['status', '']],
  ];
  for (const [text, expected] of MEANT)
    it(`understands "${text}"`, () => assert.deepEqual(found(text), expected));

  it('asks for the name that is missing', () => {
    assert.equal(found('user'), 'argumentMissing');
    assert.equal(found('group'), 'argumentMissing');
  });

  const NEAREST: readonly (readonly [string, string | null])[] = [
    ['sync', 'sync now'],
    ['synch now', 'sync now'],
    ['sync now please', 'sync now'],
    ['halp', 'help'],
    ['unhelpful', null],
    ['stats', 'status'],
    ['usres Ann', 'users Ann'],
    ['what is the weather', null],
    ['x', null],
    ['__proto__', null],
  ];
  for (const [text, expected] of NEAREST)
    it(`suggests ${expected ?? 'nothing'} for "${text}"`, () => assert.equal(nearest(text), expected));
});

describe('the command table', () => {
  it('has each name once, folded, and none with a slash', () => {
    const names = COMMANDS.flatMap((row) => row.names);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^[a-z]+( [a-z]+)*$/);
  });

  it('says of each command what to type and what it does', () => {
    for (const row of COMMANDS) {
      assert.ok(row.usage.startsWith(row.names[0]));
      assert.match(row.does, /^[A-Z].*\.$/);
      assert.ok(row.places.length > 0);
    }
  });
});
