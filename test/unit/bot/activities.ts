// Activities as Teams sends them, made by factories: a test says only what is different. Recorded forms, made-up people.
export const APP_ID = '0a5fc0de-b07a-4c11-9a11-5c0ffee00001';
export const TENANT_ID = '11111111-2222-4333-8444-555555555555';
export const PERSON = {
  id: '29:1megan',
  name: 'Megan Bowen',
  aadObjectId: '48d31887-5fad-4d73-a9f5-3c356e68a038',
};

type Json = Record<string, unknown>;

/** Fields that every activity of Teams has. */
export function envelope(over: Json = {}): Json {
  return {
    id: '1700000000001',
    timestamp: '2026-03-01T09:30:00.000Z',
    localTimestamp: '2026-03-01T10:30:00.000+01:00',
    serviceUrl: 'https://smba.trafficmanager.net/emea/',
    channelId: 'msteams',
    from: PERSON,
    recipient: { id: `28:${APP_ID}`, name: 'Rollcall' },
    conversation: { conversationType: 'personal', tenantId: TENANT_ID, id: 'a:1personal' },
    channelData: { tenant: { id: TENANT_ID } },
    locale: 'en-GB',
    localTimezone: 'Europe/Berlin',
    entities: [
      { type: 'clientInfo', locale: 'en-GB', country: 'GB', platform: 'Web', timezone: 'Europe/Berlin' },
    ],
    ...over,
  };
}

export const message = (text: string | undefined, over: Json = {}): Json =>
  envelope({ type: 'message', textFormat: 'plain', ...(text === undefined ? {} : { text }), ...over });

/** In a channel the bot hears only what mentions it; Teams writes the mention into the text. */
export const channelMessage = (text: string, over: Json = {}): Json =>
  message(`<at>Rollcall</at>&nbsp;${text}\n`, {
    conversation: {
      conversationType: 'channel',
      isGroup: true,
      tenantId: TENANT_ID,
      id: '19:general@thread.tacv2;messageid=1700000000001',
    },
    channelData: {
      tenant: { id: TENANT_ID },
      team: { id: '19:general@thread.tacv2' },
      channel: { id: '19:general@thread.tacv2' },
    },
    entities: [
      {
        type: 'mention',
        text: '<at>Rollcall</at>',
        mentioned: { id: `28:${APP_ID}`, name: 'Rollcall' },
      },
      { type: 'clientInfo', locale: 'en-GB', country: 'GB', platform: 'Web', timezone: 'Europe/London' },
    ],
    ...over,
  });

/** A button of a card was pressed (Action.Execute). */
export const execute = (verb: string, data: unknown, over: Json = {}): Json =>
  envelope({
    type: 'invoke',
    name: 'adaptiveCard/action',
    id: 'f:1invoke',
    replyToId: '1700000000000',
    value: { action: { type: 'Action.Execute', id: 'x', verb, data }, trigger: 'manual' },
    ...over,
  });

/** The same button in a client that knows only Action.Submit. */
export const submit = (value: unknown, over: Json = {}): Json =>
  message(undefined, { value, replyToId: '1700000000000', ...over });

export const installed = (over: Json = {}): Json =>
  envelope({ type: 'installationUpdate', action: 'add', ...over });

export const membersAdded = (over: Json = {}): Json =>
  envelope({ type: 'conversationUpdate', membersAdded: [PERSON, { id: `28:${APP_ID}` }], ...over });
