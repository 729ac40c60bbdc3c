// A small bot on the real CloudAdapter with channel authentication on.
// It echoes, draws cards and answers actions, so that tests see the chat through botbuilder's eyes.
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { CloudAdapter, ConfigurationBotFrameworkAuthentication, MessageFactory } from 'botbuilder';
import type { Activity, TurnContext } from 'botbuilder';
import { ServiceClientCredentialsFactory } from 'botframework-connector';
import { z } from 'zod';

/** What the bot does with a turn; invokes return the body of their answer. */
export type Behaviour = (context: TurnContext) => Promise<unknown>;

class TokenCredentials extends ServiceClientCredentialsFactory {
  readonly #appId: string;
  readonly #token: () => Promise<string>;
  constructor(appId: string, token: () => Promise<string>) {
    super();
    this.#appId = appId;
    this.#token = token;
  }
  override isValidAppId(appId: string): Promise<boolean> {
    return Promise.resolve(appId === this.#appId);
  }
  override isAuthenticationDisabled(): Promise<boolean> {
    return Promise.resolve(false);
  }
  override createCredentials(): ReturnType<ServiceClientCredentialsFactory['createCredentials']> {
    return Promise.resolve({
      signRequest: async (request) => {
        request.headers.set('authorization', `Bearer ${await this.#token()}`);
        return request;
      },
    });
  }
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(z.instanceof(Uint8Array).parse(chunk)));
  return z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
}

/** Starts the bot's HTTP server. The adapter comes with `connect`, once the chat's addresses are known. */
export async function startEchoBot(botAppId: string, tenantId: string) {
  let adapter: CloudAdapter | undefined;
  let behave: Behaviour = () => Promise.resolve(undefined);
  const received: Partial<Activity>[] = [];
  const logic = async (context: TurnContext): Promise<void> => {
    received.push(context.activity);
    const body = await behave(context);
    if (context.activity.type !== 'invoke') return;
    await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } });
  };
  const server = createServer((request, response) => {
    const answer = { status: 200, body: '' };
    // The adapter calls `status`, `send` and `end`, in this order; the answer leaves with `end`.
    const webResponse = {
      socket: {},
      status: (code: number) => (answer.status = code),
      header: () => undefined,
      send: (body: unknown) => (answer.body = JSON.stringify(body)),
      end: () => {
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(answer.body);
      },
    };
    readJson(request)
      .then((body) => {
        const { headers, method } = request;
        return adapter?.process({ body, headers, method: method ?? 'POST' }, webResponse, logic);
      })
      .catch(() => {
        if (response.writableEnded) return;
        response.writeHead(500);
        response.end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    endpoint: `http://127.0.0.1:${port}/api/messages`,
    received,
    /** Everything that came in so far is forgotten, and the bot behaves in a new way. */
    become(behaviour: Behaviour): void {
      received.length = 0;
      behave = behaviour;
    },
    connect(metadataUrl: string, token: () => Promise<string>): CloudAdapter {
      const authentication = new ConfigurationBotFrameworkAuthentication(
        {
          MicrosoftAppId: botAppId,
          MicrosoftAppPassword: 'unused',
          MicrosoftAppType: 'SingleTenant',
          MicrosoftAppTenantId: tenantId,
          ToBotFromChannelOpenIdMetadataUrl: metadataUrl,
          ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
          ToChannelFromBotOAuthScope: 'https://api.botframework.com',
          ToChannelFromBotLoginUrl: 'https://localhost/unused',
          OAuthUrl: 'https://localhost/unused',
          ToBotFromEmulatorOpenIdMetadataUrl: metadataUrl,
          ValidateAuthority: false,
          CallerId: 'urn:botframework:azure',
        },
        new TokenCredentials(botAppId, token),
      );
      adapter = new CloudAdapter(authentication);
      adapter.onTurnError = (context, error) =>
        Promise.reject(new Error(`turn ${context.activity.type}`, { cause: error }));
      return adapter;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export type EchoBot = Awaited<ReturnType<typeof startEchoBot>>;

/** Says the same back. */
export const echo: Behaviour = async (context) => {
  if (context.activity.type === 'message') {
    await context.sendActivity(MessageFactory.text(`You said: ${context.activity.text}`));
  }
};
