// Workload identity federation at the local tenant: a token of somebody else's issuer stands for the app.
import assert from 'node:assert/strict';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import { clientId, clientSecret, startTenantClient } from './tenant-client.ts';

const answerShape = z.object({
  access_token: z.string().optional(),
  error_codes: z.array(z.number()).optional(),
});

describe('local tenant: federated credentials', () => {
  it('takes the token of a registered issuer outside in place of a secret, and says what does not match', async () => {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
    const federated = {
      issuer: 'https://issuer.example',
      subject: 'rollcall',
      key: await exportSPKI(publicKey),
    };
    const other = await startTenantClient({
      ...{ users: 3, groups: 1 },
      apps: [
        {
          ...{ clientId, clientSecret, name: 'Rollcall', graphPermissions: ['User.Read.All'] },
          federatedCredentials: [federated],
        },
      ],
    });
    const ask = async (claims: Record<string, string>, key = privateKey) => {
      const assertion = {
        iss: federated.issuer,
        sub: 'rollcall',
        aud: 'api://AzureADTokenExchange',
        ...claims,
      };
      const body = new URLSearchParams({
        ...{ grant_type: 'client_credentials', client_id: clientId },
        scope: 'https://graph.microsoft.com/.default',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT(assertion)
          .setProtectedHeader({ alg: 'RS256' })
          .setExpirationTime('5m')
          .sign(key),
      });
      const path = `/${other.tenantId}/oauth2/v2.0/token`;
      const answer = answerShape.parse(await (await other.entra(path, { method: 'POST', body })).json());
      return answer.error_codes ?? (answer.access_token === undefined ? 'nothing' : 'a token');
    };
    try {
      assert.equal(await ask({}), 'a token');
      assert.deepEqual(await ask({ iss: 'https://other.example' }), [700211]);
      assert.deepEqual(await ask({ aud: 'somebody' }), [700212]);
      assert.deepEqual(await ask({ sub: 'somebody' }), [700213]);
      assert.deepEqual(await ask({}, (await generateKeyPair('RS256')).privateKey), [700027]);
    } finally {
      await other.stop();
    }
  });
});
