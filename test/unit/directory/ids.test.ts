// Ids: written in one way only, and rubbish refused.
import assert from 'node:assert/strict';
import { parseEntryId, parseObjectId, parseTenantId } from '../../../services/directory/ids.ts';

describe('ids', () => {
  it('of tenants are GUIDs in lower case', () => {
    assert.equal(
      parseTenantId('ABCDEF01-2345-6789-ABCD-EF0123456789'),
      'abcdef01-2345-6789-abcd-ef0123456789',
    );
    for (const wrong of ['', 'common', 'abcdef01-2345-6789-abcd-ef012345678'])
      assert.throws(() => parseTenantId(wrong));
  });

  it('of objects are in lower case, not empty and not endless', () => {
    assert.equal(parseObjectId('ABC'), 'abc');
    assert.throws(() => parseObjectId(''));
    assert.throws(() => parseObjectId('x'.repeat(65)));
  });

  it('of our own are kept as they are', () => {
    assert.equal(parseEntryId('Ab'), 'Ab');
    assert.throws(() => parseEntryId(''));
  });
});
