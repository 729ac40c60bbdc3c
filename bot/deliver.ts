// Carries a reply out: a message, an edit of the card whose button was pressed, or the answer of an invoke. Decides
// nothing about what is said.
import type { Activity, TurnContext } from 'botbuilder';
import { renderCard, type AdaptiveCard } from '../cards/render-card.ts';
import type { CardView } from '../cards/index.ts';
import { toAppError, type CardAddress } from '../services/index.ts';
import { formatCardAddress } from './card-address.ts';
import { markCard } from './chat-mark.ts';
import type { BotRequest } from './parse-activity.ts';
import type { Reply } from './reply.ts';

const CARD_TYPE = 'application/vnd.microsoft.card.adaptive';
const MESSAGE_TYPE = 'application/vnd.microsoft.activity.message';

/** Exactly one message, edit or invoke answer. Throws when the chat cannot be reached. */
export async function deliver(context: TurnContext, request: BotRequest, reply: Reply): Promise<void> {
  const invoked = request.kind === 'action' && request.by === 'execute';
  if (invoked) {
    await answerInvoke(context, bodyOf(reply, request.conversation.id));
    if (reply.kind === 'card') tellPlace(context, request, reply, context.activity.replyToId);
    return;
  }
  if (reply.kind === 'none') return;
  if (reply.kind === 'text') {
    await context.sendActivity({ type: 'message', text: reply.text, textFormat: 'plain' });
    return;
  }
  const replaced = request.kind === 'action' ? await replaceCard(context, request, reply.view) : undefined;
  const id = replaced ?? (await context.sendActivity(cardActivity(reply.view, request.conversation.id)))?.id;
  tellPlace(context, request, reply, id);
}

/** One sentence to somebody who asks nothing that is known here. Throws when the chat cannot be reached. */
export async function deliverText(context: TurnContext, text: string): Promise<void> {
  if (context.activity.type === 'invoke')
    await answerInvoke(context, bodyOf({ kind: 'text', text }, context.activity.conversation.id));
  else await context.sendActivity({ type: 'message', text, textFormat: 'plain' });
}

/** A message that is one card, for this chat. */
export const cardActivity = (view: CardView, conversationId: string): Partial<Activity> => ({
  type: 'message',
  summary: view.summary,
  attachments: [{ contentType: CARD_TYPE, content: drawFor(view, conversationId) }],
});

const drawFor = (view: CardView, conversationId: string): AdaptiveCard =>
  markCard(renderCard(view.card, view.data), conversationId);

/** Adaptive Cards docs, "Universal Action Model": HTTP 200, the status of the action in the body. */
export async function answerInvoke(context: TurnContext, body: InvokeBody): Promise<void> {
  await context.sendActivity({ type: 'invokeResponse', value: { status: 200, body } });
}

export interface InvokeBody {
  readonly statusCode: number;
  readonly type: string;
  readonly value: unknown;
}

function bodyOf(reply: Reply, conversationId: string): InvokeBody {
  switch (reply.kind) {
    case 'card':
      return { statusCode: 200, type: CARD_TYPE, value: drawFor(reply.view, conversationId) };
    case 'text':
      return { statusCode: 200, type: MESSAGE_TYPE, value: reply.text };
    case 'none':
      return { statusCode: 200, type: MESSAGE_TYPE, value: '' };
  }
}

/** Edits the card that an old client's button stands on; undefined when it is gone and a new one must be posted. */
async function replaceCard(
  context: TurnContext,
  { conversation }: BotRequest,
  view: CardView,
): Promise<string | undefined> {
  const id = context.activity.replyToId;
  if (id === undefined) return undefined;
  try {
    await context.updateActivity({ ...cardActivity(view, conversation.id), id });
    return id;
  } catch (error) {
    if (toAppError(error).code === 'chat-refused') return undefined;
    throw error;
  }
}

function tellPlace(
  context: TurnContext,
  { tenantId, locale, timeZone }: BotRequest,
  reply: Extract<Reply, { kind: 'card' }>,
  activityId: string | undefined,
): void {
  if (!reply.onPlaced || activityId === undefined || activityId === '') return;
  const { serviceUrl, conversation } = context.activity;
  const address: CardAddress = formatCardAddress({
    serviceUrl,
    conversationId: conversation.id,
    activityId,
    tenantId,
    locale,
    timeZone,
  });
  reply.onPlaced(address);
}
