// Decides which requests reach the bot: a token of the channel, made for this activity, from a tenant that is
// allowed, with the fields that a turn needs. What is refused is logged without its content; the sender learns nothing
// but a status. Outgoing tokens are the business of channel-credentials.ts.
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import {
  parseTenantId,
  toAppError,
  type Ambient,
  type Config,
  type Log,
  type Services,
} from '../services/index.ts';
import { createChannelKeys } from './channel-keys.ts';

/** A field that a turn can do without: what is no text is as good as not there. */
const spareText = z.string().optional().catch(undefined);
/** Sender or recipient. The framework copies these fields into its answers, which it refuses to write otherwise. */
const account = z.object({
  id: z.string().min(1),
  name: spareText,
  aadObjectId: spareText,
  role: spareText,
});

/** Any JSON object with what a turn needs and what an answer repeats. The rest is passed on as it came. */
const envelope = z.looseObject({
  type: z.string().min(1),
  channelId: z.literal('msteams'),
  serviceUrl: z.url(),
  id: z.string().min(1).optional(),
  replyToId: spareText,
  name: spareText,
  locale: spareText,
  deliveryMode: spareText,
  callerId: spareText,
  from: account,
  recipient: account,
  conversation: z.object({
    id: z.string().min(1),
    tenantId: z.string().optional(),
    conversationType: spareText,
    name: spareText,
    isGroup: z.boolean().optional().catch(undefined),
    aadObjectId: spareText,
    role: spareText,
  }),
  channelData: z
    .looseObject({ tenant: z.looseObject({ id: z.string() }).optional() })
    .nullish()
    .catch(undefined),
});
export type Envelope = z.infer<typeof envelope>;

/** The two fields that a token is bound to, from an activity that may be anything. */
const bound = z.looseObject({
  channelId: z.string().catch(''),
  serviceUrl: z.string().catch(''),
});

export type Admission =
  | { readonly kind: 'admitted'; readonly activity: Envelope; readonly claims: JWTPayload }
  | { readonly kind: 'refused'; readonly status: 400 | 401 | 403 | 429 | 503 };

export interface ChannelGate {
  admit(authorization: string | undefined, body: unknown): Promise<Admission>;
}

/** Requests that are refused before anything is computed are answered 429 above this many a minute. */
const CHEAP_REFUSALS_PER_MINUTE = 300;
const LOGGED_REFUSALS_PER_MINUTE = 20;

/** Authentication is left out only by the explicit setting, which the configuration allows on loopback only. */
export function createChannelGate(
  config: Config,
  ambient: Ambient,
  log: Log,
  services: Pick<Services, 'recordAudit'>,
): ChannelGate {
  const keys = createChannelKeys(config.channel, config.bot.appId, ambient);
  const refusals = createRefusals(ambient, log);

  const authenticate = async (
    authorization: string | undefined,
    body: unknown,
  ): Promise<
    { readonly claims: JWTPayload } | { readonly status: 401 | 429 | 503; readonly why: string }
  > => {
    const problem = keys.precheck(authorization);
    if (problem !== null || authorization === undefined)
      return { status: refusals.tooMany() ? 429 : 401, why: problem ?? 'no-token' };
    const verdict = await keys.verify(authorization, bound.parse(body));
    if (verdict.kind === 'good') return { claims: verdict.claims };
    if (verdict.kind === 'refused') return { status: 401, why: verdict.why };
    log.error('channel-keys-unreachable', {}, verdict.error);
    return { status: 503, why: 'keys-unreachable' };
  };

  /**
   * Somebody of another organisation in a chat of one that is allowed: its audit trail tells. Where none of the tenants
   * is allowed there is no trail, and the log has it. In the way of nothing.
   */
  const record = async ({ from, conversation, channelData }: Envelope): Promise<void> => {
    const allowed: ReadonlySet<string> = config.allowedTenants;
    const chatOf = [conversation.tenantId, channelData?.tenant?.id].find(
      (id) => id !== undefined && allowed.has(id.toLowerCase()),
    );
    if (chatOf === undefined) return;
    try {
      await services.recordAudit({
        ...{ tenantId: parseTenantId(chatOf), conversationId: conversation.id },
        actor: from.aadObjectId ? { objectId: from.aadObjectId, displayName: from.name ?? '' } : null,
        ...{ action: 'refused', target: null, before: null, after: 'other-tenant', result: 'refused' },
      });
    } catch (error) {
      log.error('refusal-not-recorded', {}, toAppError(error));
    }
  };

  return {
    admit: async (authorization, body) => {
      const refuse = (status: 400 | 401 | 403 | 429 | 503, why: string, activity?: Envelope): Admission => {
        if (refusals.note(status, why) && activity) void record(activity);
        return { kind: 'refused', status };
      };
      if (!bound.safeParse(body).success) return refuse(400, 'not-an-activity');
      let claims: JWTPayload = {};
      if (config.channel.authentication) {
        const checked = await authenticate(authorization, body);
        if ('status' in checked) return refuse(checked.status, checked.why);
        claims = checked.claims;
      }
      const parsed = envelope.safeParse(body);
      if (!parsed.success) return refuse(400, `field-${parsed.error.issues[0]?.path.join('.') ?? ''}`);
      const activity = parsed.data;
      if (!isAllowedServiceUrl(activity.serviceUrl, config.channel.allowedServiceUrls))
        return refuse(403, 'service-url');
      const problem = tenantProblem(activity, config.allowedTenants);
      return problem === null ? { kind: 'admitted', activity, claims } : refuse(403, problem, activity);
    },
  };
}

/** A prefix counts only up to a border of the path, so that `https://a.example` does not allow `https://a.example.org`. */
export function isAllowedServiceUrl(serviceUrl: string, allowed: readonly string[]): boolean {
  if (!URL.canParse(serviceUrl)) return false;
  const url = new URL(serviceUrl);
  if (url.username !== '' || url.password !== '') return false;
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  return allowed.some((prefix) => {
    const base = new URL(prefix);
    if (base.origin !== url.origin) return false;
    return path.startsWith(base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`);
  });
}

/** Both places that name the tenant must name the same one, and it must be allowed. */
export function tenantProblem(activity: Envelope, allowed: ReadonlySet<string>): string | null {
  const named = [activity.conversation.tenantId, activity.channelData?.tenant?.id]
    .filter((id) => id !== undefined)
    .map((id) => id.toLowerCase());
  if (named.length === 0) return 'tenant-missing';
  if (new Set(named).size > 1) return 'tenant-contradiction';
  return named.every((id) => allowed.has(id)) ? null : 'tenant-not-allowed';
}

/** Counts refusals by the minute, so that a flood of them fills neither the log nor the machine. */
function createRefusals({ clock }: Ambient, log: Log) {
  let minute = 0;
  let count = 0;
  let cheap = 0;
  const turnOver = () => {
    const now = Math.floor(clock.now().getTime() / 60_000);
    if (now === minute) return;
    if (count > LOGGED_REFUSALS_PER_MINUTE)
      log.warn('requests-refused', { count, notLogged: count - LOGGED_REFUSALS_PER_MINUTE });
    minute = now;
    count = 0;
    cheap = 0;
  };
  return {
    /** Counts a request that was refused by a look at its token alone. */
    tooMany: () => {
      turnOver();
      return ++cheap > CHEAP_REFUSALS_PER_MINUTE;
    },
    /** False when there are too many of them to tell of each. */
    note: (status: number, why: string): boolean => {
      turnOver();
      if (++count > LOGGED_REFUSALS_PER_MINUTE) return false;
      log.warn('request-refused', { status, why });
      return true;
    },
  };
}
