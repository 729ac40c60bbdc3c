// Edits and posts cards outside of a turn. Gives up quietly when the chat or the card is gone.
import type { TurnContext } from 'botbuilder';
import type { CardView } from '../cards/index.ts';
import { toAppError, type AppError, type Config } from '../services/index.ts';
import type { ChatAdapter } from './adapter.ts';
import type { CardPlace } from './card-address.ts';
import { isAllowedServiceUrl } from './channel-auth.ts';
import { cardActivity } from './deliver.ts';

export interface Notify {
  /** `gone`: the bot was removed, or the card deleted. Throws `chat-unreachable` and the like. */
  edit(card: CardPlace, view: CardView): Promise<'edited' | 'gone'>;
  /** The id of the new message in the same chat; null when the bot was removed from it. Throws as `edit` does. */
  post(chat: CardPlace, view: CardView): Promise<string | null>;
}

export function createNotify(adapter: ChatAdapter, config: Config): Notify {
  /** Null when the chat, or what was to be edited in it, is gone. */
  const reach = async <Result>(
    place: CardPlace,
    act: (context: TurnContext) => Promise<Result>,
  ): Promise<Result | null> => {
    // The address comes from the database: it may be older than the settings.
    if (!isAllowedServiceUrl(place.serviceUrl, config.channel.allowedServiceUrls)) return null;
    const done: { result: Result | null } = { result: null };
    try {
      await adapter.continueConversation(place, async (context) => {
        done.result = await act(context);
      });
      return done.result;
    } catch (error) {
      const known = toAppError(error);
      if (isGone(known)) return null;
      throw known;
    }
  };
  return {
    edit: (card, view) =>
      reach(card, async (context) => {
        await context.updateActivity({ ...cardActivity(view, card.conversationId), id: card.activityId });
        return 'edited' as const;
      }).then((result) => result ?? 'gone'),
    post: (chat, view) =>
      reach(chat, async (context) => {
        const posted = await context.sendActivity(cardActivity(view, chat.conversationId));
        return posted?.id ?? null;
      }),
  };
}

/** Teams docs, "Status codes from bot conversational APIs": 403 and 404 stay as they are. */
const isGone = ({ code, details }: AppError) =>
  code === 'chat-refused' && (details.status === 403 || details.status === 404);
