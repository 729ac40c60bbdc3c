// Which problems an administrator's consent for the organisation ends: on their cards stands the way to it.
import assert from 'node:assert/strict';
import { endsWithConsent } from '../../../services/directory/consent-needed.ts';

describe('endsWithConsent', () => {
  for (const code of ['AADSTS65001', 'AADSTS90094', 'AADSTS90095', 'AADSTS700016', 'permission-missing'])
    it(`is so for ${code}`, () => assert.equal(endsWithConsent({ code }), true));
  for (const code of ['AADSTS50057', 'AADSTS', 'role-missing', '65001'])
    it(`is not so for ${code}`, () => assert.equal(endsWithConsent({ code }), false));
});
