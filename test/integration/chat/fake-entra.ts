// A token issuer that is just enough of Entra for the chat: keys over https, and bot tokens good and bad.
// Shows that the chat relies on the published rules only, not on the local tenant.
import { createServer } from 'node:https';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { z } from 'zod';
import { createCertificates } from '../../../local/certificates.ts';

/** The ways in which a bot's own token can be right or wrong. */
export type BotTokenKind =
  'good' | 'v2' | 'expired' | 'wrong-audience' | 'other-app' | 'other-tenant' | 'rogue-key';

/** Starts the issuer on a free port. */
export async function startFakeEntra(tenantId: string, botAppId: string) {
  const certificates = await createCertificates();
  const [own, rogue] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'entra', use: 'sig', alg: 'RS256' };
  const server = createServer(
    { key: certificates.keyPem, cert: certificates.certPem },
    (request, response) => {
      const isKeys = request.url === `/${tenantId}/discovery/v2.0/keys`;
      response.writeHead(isKeys ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(isKeys ? { keys: [jwk] } : {}));
    },
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  const entraUrl = `https://localhost:${port}`;
  return {
    entraUrl,
    caPem: certificates.caPem,
    token(kind: BotTokenKind): Promise<string> {
      const tenant = kind === 'other-tenant' ? 'someone-else' : tenantId;
      const now = Math.floor(Date.now() / 1000) - (kind === 'expired' ? 7200 : 0);
      const appId = kind === 'other-app' ? 'another-app' : botAppId;
      return new SignJWT(kind === 'v2' ? { azp: appId } : { appid: appId })
        .setProtectedHeader({ alg: 'RS256', kid: 'entra' })
        .setIssuer(kind === 'v2' ? `${entraUrl}/${tenant}/v2.0` : `https://sts.windows.net/${tenant}/`)
        .setAudience(
          kind === 'wrong-audience' ? 'https://graph.microsoft.com' : 'https://api.botframework.com',
        )
        .setIssuedAt(now)
        .setExpirationTime(now + 3600)
        .sign(kind === 'rogue-key' ? rogue.privateKey : own.privateKey);
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type FakeEntra = Awaited<ReturnType<typeof startFakeEntra>>;
