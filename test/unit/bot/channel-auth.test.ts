// Which connector addresses and tenants are allowed.
import assert from 'node:assert/strict';
import { isAllowedServiceUrl } from '../../../bot/channel-auth.ts';

describe('isAllowedServiceUrl', () => {
  const allowed = ['https://smba.trafficmanager.net/', 'http://127.0.0.1:3979/connector'];
  const CASES: readonly (readonly [string, boolean])[] = [
    ['https://smba.trafficmanager.net/emea/', true],
    ['https://smba.trafficmanager.net/emea/11111111-2222-4333-8444-555555555555/', true],
    ['http://127.0.0.1:3979/connector/', true],
    ['http://127.0.0.1:3979/connector', true],
    ['http://127.0.0.1:3979/connectors/', false],
    ['http://127.0.0.1:3979/', false],
    ['http://smba.trafficmanager.net/emea/', false],
    ['https://smba.trafficmanager.net.example.com/', false],
    ['https://smba.trafficmanager.net:8443/', false],
    ['https://smba.trafficmanager.net@example.com/', false],
    ['https://user@smba.trafficmanager.net/', false],
    ['http://127.0.0.1:3979/connector/../admin', false],
    ['nonsense', false],
  ];
  for (const [url, expected] of CASES)
    it(`${expected ? 'allows' : 'refuses'} ${url}`, () =>
      assert.equal(isAllowedServiceUrl(url, allowed), expected));
});
