// One turn: parse, dispatch, deliver. Nothing else: what is asked, what is answered and how it is sent stand elsewhere.
import { TeamsInfo, type TurnContext } from 'botbuilder';
import { toAppError, type Ambient, type Log, type Services } from '../services/index.ts';
import type { TurnLogic } from './adapter.ts';
import { chatAddressOf } from './card-address.ts';
import { deliver, deliverText } from './deliver.ts';
import type { Dispatch } from './dispatch.ts';
import { createOutsiderCheck } from './outsiders.ts';
import { parseActivity, type BotRequest } from './parse-activity.ts';
import { STRANGER } from './views/stranger.ts';

const CLAIM_WITHIN_MS = 2_000;

export interface TeamsBotOptions {
  readonly dispatch: Dispatch;
  readonly services: Services;
  readonly ambient: Ambient;
  readonly log: Log;
}

export function createTeamsBot({ dispatch, services, ambient, log }: TeamsBotOptions): TurnLogic {
  const outsiders = createOutsiderCheck({ services, clock: ambient.clock, log });
  return async (context) => {
    const request = parseActivity(context.activity);
    if (request.kind === 'ignored') {
      log.info('activity-ignored', { why: request.why });
      // An invoke waits for an answer; this one says that nobody here knows it.
      if (context.activity.type === 'invoke') await refuseInvoke(context);
      return;
    }
    if (request.kind === 'stranger') {
      log.info('stranger', {});
      await deliverText(context, STRANGER);
      return;
    }
    const turnLog = log.with({ turnId: ambient.ids.next(), tenantId: request.tenantId });
    if (!(await isFirst(request))) {
      turnLog.info('turn-repeated', { kind: request.kind });
      return;
    }
    const startedMs = ambient.clock.now().getTime();
    const standing = await outsiders.find(request, () =>
      TeamsInfo.getMember(context, context.activity.from.id),
    );
    // Whoever is met may get a role: only people who are known to belong here are.
    if (standing === null) void rememberChat(request, context.activity.serviceUrl);
    await deliver(context, request, await dispatch(request, turnLog, standing));
    turnLog.info('turn', { kind: request.kind, tookMs: ambient.clock.now().getTime() - startedMs });
  };

  /**
   * Where this person was heard: the personal chat, or else the first place. News of accounts waits for a chat of their
   * own. In the way of nothing.
   */
  async function rememberChat(request: BotRequest, serviceUrl: string): Promise<void> {
    const { tenantId, actor, conversation } = request;
    try {
      const personal = conversation.kind === 'personal';
      if (!personal && (await services.findChat(tenantId, actor.objectId)) !== null) return;
      await services.rememberChat(tenantId, actor, chatAddressOf(request, serviceUrl));
    } catch (error) {
      log.info('chat-not-remembered', { code: toAppError(error).code });
    }
  }

  /** The channel may deliver a message again: it is answered once. An invoke waits and is answered each time. */
  async function isFirst(request: BotRequest): Promise<boolean> {
    if (request.activityId === '' || (request.kind === 'action' && request.by === 'execute')) return true;
    const key = `${request.tenantId}/${request.conversation.id}/${request.activityId}`;
    try {
      const late = ambient.clock.sleep(CLAIM_WITHIN_MS).then(() => true);
      return await Promise.race([services.claimTurn(key), late]);
    } catch (error) {
      // Without the database a message answered twice is better than none: the answer says what is wrong.
      log.warn('turn-not-claimed', {}, toAppError(error));
      return true;
    }
  }
}

async function refuseInvoke(context: TurnContext): Promise<void> {
  await context.sendActivity({ type: 'invokeResponse', value: { status: 501 } });
}
