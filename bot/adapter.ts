// The chat framework's adapter: turns an admitted request into a turn and its answer, and opens conversations outside
// of one. Who may speak was decided before (channel-auth.ts), so the framework's own token checks are not used.
import {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type Activity,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import { ClaimsIdentity, type BotFrameworkAuthentication } from 'botframework-connector';
import { z } from 'zod';
import { ERRORS, toAppError, type Ambient, type Config, type Log } from '../services/index.ts';
import type { CardPlace } from './card-address.ts';
import type { Admission } from './channel-auth.ts';
import { ChannelCredentialsFactory, createChannelToken } from './channel-credentials.ts';
import { createConnectorHttp } from './connector-http.ts';
import { answerInvoke } from './deliver.ts';

export type TurnLogic = (context: TurnContext) => Promise<void>;
type Admitted = Extract<Admission, { kind: 'admitted' }>;

export interface ChatAdapter {
  /** Runs a turn. Its answer is that of the HTTP request. Rejects only when the framework itself fails. */
  receive(admitted: Admitted, logic: TurnLogic): Promise<{ readonly status: number; readonly body: unknown }>;
  /** Throws what the logic throws. */
  continueConversation(place: CardPlace, logic: TurnLogic): Promise<void>;
}

/** The gate has parsed what a turn needs; the rest of an activity is read by parse-activity.ts, with care. */
const asActivity = z.custom<Activity>((value) => typeof value === 'object' && value !== null);

export function createAdapter(config: Config, ambient: Ambient, log: Log): ChatAdapter {
  const adapter = new AdmittedOnlyAdapter(createAuthentication(config, ambient), config);
  adapter.onTurnError = (context, error) => apologise(context, error, log);
  return {
    receive: async ({ activity, claims }, logic) => {
      const answer = await adapter.receive(asActivity.parse(activity), claims, logic);
      return { status: answer?.status ?? 200, body: answer?.body };
    },
    continueConversation: (place, logic) => adapter.reach(place, logic),
  };
}

function createAuthentication(config: Config, ambient: Ambient): BotFrameworkAuthentication {
  const { channel, bot } = config;
  const token = channel.authentication ? createChannelToken(config) : null;
  return new ConfigurationBotFrameworkAuthentication(
    {
      // The framework takes these all or none, although only the scope is used here.
      MicrosoftAppId: bot.appId,
      ToBotFromChannelOpenIdMetadataUrl: channel.metadataUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: channel.metadataUrl,
      ToBotFromChannelTokenIssuer: channel.issuer,
      ToChannelFromBotOAuthScope: channel.scope,
      ToChannelFromBotLoginUrl: channel.tokenUrl,
      OAuthUrl: channel.scope,
      ValidateAuthority: false,
      CallerId: 'urn:botframework:azure',
    },
    new ChannelCredentialsFactory(bot.appId, token),
    undefined,
    undefined,
    { httpClient: createConnectorHttp(ambient) },
  );
}

/** The framework hides the entrance for requests that are already authenticated from everybody but a subclass. */
class AdmittedOnlyAdapter extends CloudAdapter {
  readonly #config: Config;

  constructor(authentication: BotFrameworkAuthentication, config: Config) {
    super(authentication);
    this.#config = config;
  }

  receive(
    activity: Activity,
    claims: Readonly<Record<string, unknown>>,
    logic: TurnLogic,
  ): Promise<InvokeResponse | undefined> {
    const claimsIdentity = this.#identity(claims);
    return this.processActivity(
      {
        claimsIdentity,
        audience: this.#config.channel.scope,
        connectorFactory: this.botFrameworkAuthentication.createConnectorFactory(claimsIdentity),
      },
      activity,
      logic,
    );
  }

  async reach(place: CardPlace, logic: TurnLogic): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    await this.continueConversationAsync(
      this.#config.bot.appId,
      {
        channelId: 'msteams',
        serviceUrl: place.serviceUrl,
        bot: { id: `28:${this.#config.bot.appId}`, name: 'Rollcall' },
        conversation: {
          id: place.conversationId,
          tenantId: place.tenantId,
          isGroup: false,
          conversationType: '',
          name: '',
        },
      },
      async (context) => {
        // Nobody waits in this chat for an apology: the caller decides what a failure means.
        try {
          await logic(context);
        } catch (error) {
          failure = { error };
        }
      },
    );
    if (failure) throw failure.error;
  }

  #identity(claims: Readonly<Record<string, unknown>>): ClaimsIdentity {
    const texts = Object.entries(claims).flatMap(([type, value]) =>
      typeof value === 'string' ? [{ type, value }] : [],
    );
    return new ClaimsIdentity([...texts, { type: 'aud', value: this.#config.bot.appId }], true);
  }
}

/** One sentence to the person, whatever happened. What happened is for the log. */
async function apologise(context: TurnContext, error: unknown, log: Log): Promise<void> {
  const known = toAppError(error);
  log.error(
    'turn-failed',
    { activityType: context.activity.type },
    known.code === 'unexpected' ? known.cause : known,
  );
  const { text, remedy } = ERRORS[known.code === 'chat-refused' ? 'unexpected' : known.code];
  if (context.activity.type === 'invoke') {
    await answerInvoke(context, {
      statusCode: 500,
      type: 'application/vnd.microsoft.error',
      value: { code: known.code, message: `${text} ${remedy}` },
    });
    return;
  }
  // After a lost answer nobody knows what stands in the chat; another message could be one too many.
  if (known.code === 'chat-unreachable') return;
  try {
    await context.sendActivity({ type: 'message', text: `${text} ${remedy}`, textFormat: 'plain' });
  } catch (second) {
    log.warn('apology-not-delivered', {}, second);
  }
}
