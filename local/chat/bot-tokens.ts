// Checks the token with which the bot calls the Connector: it must come from the tenant's Entra.
// It only says yes or why not; what a refused caller is told is the Connector's business.
import { createRemoteJWKSet, customFetch, errors, jwtVerify } from 'jose';
import { Agent, fetch as fetchWithAgent } from 'undici';

/** Bot Framework docs, authentication: the audience of a bot's token for the Connector. */
const connectorAudience = 'https://api.botframework.com';

/** Says why a token is refused; undefined when it is good. */
export interface BotTokens {
  refusalOf(authorization: string | undefined): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** `caPem` is the authority behind the certificate of `entraUrl`. */
export function createBotTokens(options: {
  readonly entraUrl: string;
  readonly tenantId: string;
  readonly botAppId: string;
  readonly caPem: string;
}): BotTokens {
  const { entraUrl, tenantId, botAppId } = options;
  const dispatcher = new Agent({ connect: { ca: options.caPem } });
  const keys = createRemoteJWKSet(new URL(`${entraUrl}/${tenantId}/discovery/v2.0/keys`), {
    cooldownDuration: 1000,
    [customFetch]: async (url: string) => {
      const answer = await fetchWithAgent(url, { dispatcher });
      return new Response(await answer.text(), { status: answer.status });
    },
  });
  // Entra signs both forms for this audience: v1 tokens by sts.windows.net, v2 tokens by the authority.
  const issuer = [
    `${entraUrl}/${tenantId}/v2.0`,
    `${entraUrl}/${tenantId}/`,
    `https://sts.windows.net/${tenantId}/`,
    `https://login.microsoftonline.com/${tenantId}/v2.0`,
  ];
  return {
    async refusalOf(authorization) {
      const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) return 'no bearer token';
      try {
        const { payload } = await jwtVerify(token, keys, {
          issuer,
          audience: connectorAudience,
          algorithms: ['RS256'],
          clockTolerance: 300,
        });
        const caller = payload.appid ?? payload.azp;
        return caller === botAppId ? undefined : 'a token of another application';
      } catch (error) {
        if (error instanceof errors.JOSEError) return error.message;
        return `the keys of ${entraUrl} could not be read: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
    stop: () => dispatcher.close(),
  };
}
