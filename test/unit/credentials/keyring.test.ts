// The ring of keys: what it seals it opens, for the same owner and with the same key only, and nothing shows the secret.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { createKeyring, makeTokenKey, type Owner } from '../../../services/credentials/keyring.ts';
import { parseConfig } from '../../../services/config.ts';
import { createSecret } from '../../../services/secret.ts';
import { CONTOSO, FABRIKAM, keyOf } from '../../support/credentials.ts';

const OWNER: Owner = { tenantId: CONTOSO, kind: 'credential', id: 'c1' };
const one = keyOf('one', 1);
const two = keyOf('two', 2);

describe('the ring of token keys', () => {
  it('opens what it sealed, whatever the text', () => {
    const ring = createKeyring([one]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(ring.open(ring.seal(createSecret(text), OWNER), OWNER).reveal(), text);
      }),
    );
  });

  it('encrypts with the first key and decrypts with all', () => {
    const old = createKeyring([one]).seal(createSecret('old'), OWNER);
    const ring = createKeyring([two, one]);
    assert.equal(old.keyId, 'one');
    assert.equal(ring.seal(createSecret('new'), OWNER).keyId, 'two');
    assert.equal(ring.open(old, OWNER).reveal(), 'old');
  });

  it('never encrypts the same text to the same envelope', () => {
    const ring = createKeyring([one]);
    const [a, b] = [ring.seal(createSecret('x'), OWNER), ring.seal(createSecret('x'), OWNER)];
    assert.notEqual(a.iv, b.iv);
    assert.notEqual(a.data, b.data);
  });

  const other: Record<string, Owner> = {
    'another tenant': { ...OWNER, tenantId: FABRIKAM },
    'another credential': { ...OWNER, id: 'c2' },
    'a sign-in of the same id': { ...OWNER, kind: 'signIn' },
  };
  for (const [name, owner] of Object.entries(other))
    it(`does not open an envelope for ${name}`, () => {
      const ring = createKeyring([one]);
      const sealed = ring.seal(createSecret('x'), OWNER);
      assert.throws(() => ring.open(sealed, owner), { code: 'secret-unreadable', kind: 'config' });
    });

  it('tells a key that is missing from a key that is wrong', () => {
    const sealed = createKeyring([one]).seal(createSecret('x'), OWNER);
    assert.throws(() => createKeyring([two]).open(sealed, OWNER), { code: 'token-key-unknown' });
    assert.throws(() => createKeyring([keyOf('one', 9)]).open(sealed, OWNER), { code: 'secret-unreadable' });
    assert.throws(() => createKeyring([]).seal(createSecret('x'), OWNER), { code: 'token-keys-missing' });
  });

  it('notices every changed part of an envelope', () => {
    const ring = createKeyring([one]);
    const sealed = ring.seal(createSecret('a secret of some length'), OWNER);
    const turned = (text: string) => {
      const bytes = Buffer.from(text, 'base64');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return bytes.toString('base64');
    };
    for (const part of ['iv', 'tag', 'data'] as const)
      for (const value of [turned(sealed[part]), '', sealed[part].slice(4)])
        assert.throws(
          () => ring.open({ ...sealed, [part]: value }, OWNER),
          { code: 'secret-unreadable' },
          part,
        );
  });

  it('shows neither secret nor key in envelopes, errors and prints', () => {
    const ring = createKeyring([one]);
    const sealed = ring.seal(createSecret('refresh-token-in-clear'), OWNER);
    const shown = [
      JSON.stringify(sealed),
      inspect(sealed),
      inspect(ring, { depth: 9 }),
      JSON.stringify(ring),
    ];
    try {
      ring.open({ ...sealed, tag: '' }, OWNER);
    } catch (error) {
      shown.push(inspect(error, { depth: 9 }));
    }
    assert.equal(shown.length, 5);
    for (const text of shown) {
      assert.ok(!text.includes('refresh-token-in-clear'));
      assert.ok(!text.includes(one.key.reveal()));
    }
  });

  it('makes keys that the settings take, each another', () => {
    const made = Array.from({ length: 20 }, () => makeTokenKey(new Date('2026-05-01T10:00:00Z')));
    assert.equal(new Set(made.map((key) => key.split(':')[1])).size, 20);
    const parsed = parseConfig({ ROLLCALL_TOKEN_KEYS: made[0] });
    assert.ok(!parsed.ok);
    assert.ok(!parsed.problems.some(({ name }) => name === 'ROLLCALL_TOKEN_KEYS'));
    assert.match(made[0] ?? '', /^20260501-[0-9a-f]{4}:/);
  });
});
