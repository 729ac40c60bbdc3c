// Starts a small Teams on one port: Bot Connector, channel tokens, HTTP API for tests, chat page.
// Puts the parts together; no rule is here.
import { createBotTokens } from './bot-tokens.ts';
import { createChannelTokens } from './channel-tokens.ts';
import { connectorRoutes } from './connector.ts';
import { createConversations } from './conversations.ts';
import { createFaults } from './faults.ts';
import { createRoutedServer, listen } from './http.ts';
import type { Route } from './http.ts';
import { createMessages } from './messages.ts';
import { pageRoutes } from './page.ts';
import { createRoster } from './people.ts';
import type { Person } from './people.ts';
import { createPersonActs } from './person-acts.ts';
import type { Room } from './room.ts';
import { createBotLine } from './send-to-bot.ts';
import { testApiRoutes } from './test-api.ts';
import { createThreadRates } from './thread-rates.ts';
import { openTranscript } from './transcript.ts';
import type { Entry } from './transcript.ts';

export type { Person } from './people.ts';

/** What a chat is about. Port 0 takes a free one. */
export interface ChatOptions {
  readonly port: number;
  /** Where the bot listens, e.g. `http://127.0.0.1:3978/api/messages`. */
  readonly botEndpoint: string;
  readonly botAppId: string;
  readonly botName: string;
  readonly tenantId: string;
  /** Who one can be on the page. */
  readonly people: readonly Person[];
  /** Origin of the Entra that issues the bot's own tokens, and the authority behind its certificate. */
  readonly entraUrl: string;
  readonly caPem: string;
  /** When given, the transcript is kept in this file across restarts. */
  readonly statePath?: string;
  /** How long Teams waits for the bot, in milliseconds; 15 s as Teams does unless a test is in a hurry. */
  readonly botTimeoutMs?: number;
}

/** A running chat. */
export interface Chat {
  /** The chat page; `?as=PERSON&conversation=ID` selects. */
  readonly pageUrl: string;
  /** What activities carry as `serviceUrl`: the base of the Connector. */
  readonly serviceUrl: string;
  /** OpenID metadata of the keys that sign requests to the bot. */
  readonly metadataUrl: string;
  stop(): Promise<void>;
}

/** Starts the chat on loopback. Throws an error that names the port when it is taken. */
export async function startChat(options: ChatOptions): Promise<Chat> {
  const roster = createRoster(options);
  const transcript = openTranscript(options.statePath);
  const messages = createMessages(transcript.entries);
  const channelTokens = await createChannelTokens(options.botAppId, options.tenantId);
  const botTokens = createBotTokens(options);
  let origin = '';
  const serviceUrl = (): string => `${origin}/connector/`;
  const { botEndpoint, botTimeoutMs } = options;
  const line = createBotLine({
    botEndpoint,
    tokens: channelTokens,
    serviceUrl,
    ...(botTimeoutMs === undefined ? {} : { timeoutMs: botTimeoutMs }),
  });
  const room: Room = {
    roster,
    conversations: createConversations(roster),
    transcript,
    messages,
    line,
    serviceUrl,
  };

  // First the messages take the entry in, then the pages hear of it.
  transcript.listen((entry) => messages.apply(entry));
  const announce = (listener: (entry: Entry) => void): (() => void) => transcript.listen(listener);

  const faults = createFaults();
  const rates = createThreadRates();
  const acts = createPersonActs(room);
  const metadataPath = '/v1/.well-known/openidconfiguration';
  const metadata: Route[] = [
    {
      method: 'GET',
      path: metadataPath,
      handle: () => ({ status: 200, body: channelTokens.metadata(origin) }),
    },
    {
      method: 'GET',
      path: '/v1/.well-known/keys',
      handle: () => ({ status: 200, body: channelTokens.keys }),
    },
  ];
  const routes = [
    ...connectorRoutes(room, { tokens: botTokens, faults, rates }),
    ...metadata,
    ...testApiRoutes(room, { acts, faults, rates }),
    ...pageRoutes(room, announce),
  ];
  const server = createRoutedServer(routes);
  origin = `http://127.0.0.1:${await listen(server, options.port)}`;
  return {
    pageUrl: `${origin}/`,
    serviceUrl: serviceUrl(),
    metadataUrl: `${origin}${metadataPath}`,
    async stop() {
      line.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await botTokens.stop();
    },
  };
}
