// A secret shows itself only to whoever asks for it by name.
import assert from 'node:assert/strict';
import { format, inspect } from 'node:util';
import { createSecret } from '../../services/secret.ts';

describe('a secret', () => {
  const secret = createSecret('hush');

  it('reveals its value when asked', () => {
    assert.equal(secret.reveal(), 'hush');
  });

  it('shows nothing in templates, JSON, inspection, formatting, keys or errors', () => {
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ deep: [secret] }, { depth: 9, showHidden: true }),
      format('%s %j %o %O', secret, secret, secret, secret),
      JSON.stringify(Object.entries(secret)),
      JSON.stringify(structuredClone(Object.keys(secret))),
      new Error(`wrong: ${String(secret)}`).message,
    ];
    for (const text of shown) assert.doesNotMatch(text, /hush/);
    assert.equal(String(secret), '[secret]');
    assert.equal(JSON.stringify(secret), '"[secret]"');
  });

  it('cannot be changed', () => {
    assert.ok(Object.isFrozen(secret));
  });
});
