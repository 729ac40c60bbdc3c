// Edits cards outside of a turn. Gives up quietly when the chat or the card is gone.
import type { CardView } from '../cards/index.ts';
import { toAppError, type AppError, type Config } from '../services/index.ts';
import type { ChatAdapter } from './adapter.ts';
import type { CardPlace } from './card-address.ts';
import { isAllowedServiceUrl } from './channel-auth.ts';
import { cardActivity } from './deliver.ts';

export interface Notify {
  /** `gone`: the bot was removed, or the card deleted. Throws `chat-unreachable` and the like. */
  edit(card: CardPlace, view: CardView): Promise<'edited' | 'gone'>;
}

export function createNotify(adapter: ChatAdapter, config: Config): Notify {
  return {
    edit: async (card, view) => {
      // The address comes from the database: it may be older than the settings.
      if (!isAllowedServiceUrl(card.serviceUrl, config.channel.allowedServiceUrls)) return 'gone';
      try {
        await adapter.continueConversation(card, async (context) => {
          await context.updateActivity({ ...cardActivity(view), id: card.activityId });
        });
        return 'edited';
      } catch (error) {
        const known = toAppError(error);
        if (isGone(known)) return 'gone';
        throw known;
      }
    },
  };
}

/** Teams docs, "Status codes from bot conversational APIs": 403 and 404 stay as they are. */
const isGone = ({ code, details }: AppError) =>
  code === 'chat-refused' && (details.status === 403 || details.status === 404);
