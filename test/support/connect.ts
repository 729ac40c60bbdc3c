// Connects Rollcall as a person would, without a browser: presses the buttons of the card, picks an account at the
// local Microsoft's sign-in page, accepts, and brings the answer back. For tests that are about something else.
import { z } from 'zod';
import { createChatApi, eventually, type TranscriptEntry } from './chat-page.ts';
import type { TestStack } from './stack.ts';

export type ConnectGrant = 'users' | 'groups' | 'domains' | 'everything';

export interface ConnectOptions {
  readonly as?: 'primary' | 'backup';
  /** Who signs in at Microsoft; the person who pressed when not given. */
  readonly account?: string;
}

/** What the card says of an account that has just passed. */
export const CONNECTED = 'is authorized to read';

/** `person` becomes the first owner, and the app itself reads everything from now on. */
export const connectEverything = (
  stack: Pick<TestStack, 'chat'>,
  person: { readonly id: string },
): Promise<void> => connect(stack, person.id, 'everything');

/** Authorizes one part and waits until its card says that it works. Throws with the whole card when it does not. */
export async function connect(
  stack: Pick<TestStack, 'chat'>,
  personId: string,
  grant: ConnectGrant,
  options: ConnectOptions = {},
): Promise<void> {
  const api = createChatApi(stack);
  const begun = await beginSignIn(stack, personId, grant, options.as ?? 'primary');
  const landing = await signIn(begun.url, options.account ?? personId);
  const page = await (await fetch(landing)).text();
  await eventually(
    `the account to be connected; the page said: ${page.replace(/<style>.*<\/style>/s, '')}`,
    async () => {
      const entries = await api.transcript(begun.conversation);
      return entries.some((entry) => entry.seq > begun.seq && textOf(entry).includes(CONNECTED));
    },
  );
}

export interface BegunSignIn {
  readonly conversation: string;
  /** Address at Microsoft that the card opens. */
  readonly url: string;
  /** The last entry of the transcript before the button was pressed. */
  readonly seq: number;
}

/** Says `connect` in the person's own chat and presses Authorize. */
export async function beginSignIn(
  stack: Pick<TestStack, 'chat'>,
  personId: string,
  grant: ConnectGrant,
  as: 'primary' | 'backup' = 'primary',
): Promise<BegunSignIn> {
  const api = createChatApi(stack);
  const { conversation, card } = await openCard(stack, personId, 'connect');
  const seq = lastSeq(await api.transcript(conversation));
  const { body } = await api.act(conversation, personId, card.activityId, 'connect.begin', {
    v: 1,
    grant,
    as,
  });
  const url = findSignInUrl(JSON.stringify(body));
  if (url === undefined) throw new Error(`The card has no link to Microsoft: ${JSON.stringify(body)}`);
  return { conversation, url, seq };
}

/** Presses "test now" for a part; what works again is used again. */
export async function testAll(
  stack: Pick<TestStack, 'chat'>,
  personId: string,
  grant: ConnectGrant,
): Promise<void> {
  const { conversation, card } = await openCard(stack, personId, 'connect');
  const { status } = await createChatApi(stack).act(
    conversation,
    personId,
    card.activityId,
    'connect.testAll',
    { v: 1, grant },
  );
  if (status !== 200) throw new Error(`The test was answered with ${status}`);
}

/** Says a command in the person's own chat; gives the card that answers. */
async function openCard(
  stack: Pick<TestStack, 'chat'>,
  personId: string,
  command: string,
): Promise<{ readonly conversation: string; readonly card: TranscriptEntry }> {
  const api = createChatApi(stack);
  const { id: conversation } = await api.conversation(personId);
  const before = lastSeq(await api.transcript(conversation));
  const { activityId: said } = await api.say(conversation, personId, command);
  // Something else may come between, such as the welcome of a chat that has just been opened.
  const card = await eventually(`the answer to "${command}"`, async () =>
    (await api.transcript(conversation, before)).find(
      ({ kind, from, activity }) =>
        kind === 'message' && from.role === 'bot' && reply.safeParse(activity).data?.replyToId === said,
    ),
  );
  return { conversation, card };
}

/** The owner gives somebody a role: says `admins` in her own chat and fills in the card. */
export async function letIn(
  stack: Pick<TestStack, 'chat'>,
  ownerId: string,
  personId: string,
  role: 'viewer' | 'admin' | 'owner',
): Promise<void> {
  const { conversation, card } = await openCard(stack, ownerId, 'admins');
  const data = { ...findActionData(card.activity, 'people.add', {}), v: 1, person: personId, role };
  const { body } = await createChatApi(stack).act(conversation, ownerId, card.activityId, 'people.add', data);
  if (!JSON.stringify(body).includes(personId))
    throw new Error(`The person was not let in: ${JSON.stringify(body)}`);
}

/** Picks the account, accepts what is asked for; gives the address at Rollcall to which Microsoft sends the browser. */
export async function signIn(url: string, account: string): Promise<string> {
  const page = new URL(url);
  const body = new URLSearchParams(page.searchParams);
  body.set('as', account);
  body.set('consent', 'yes');
  const response = await fetch(`${page.origin}${page.pathname}`, {
    method: 'POST',
    body,
    redirect: 'manual',
  });
  const landing = response.headers.get('location');
  if (landing === null) throw new Error(`Microsoft sent nobody back: ${await response.text()}`);
  return landing;
}

/** The sign-in address in the JSON of a card. */
export function findSignInUrl(json: string): string | undefined {
  return /"(https?:\/\/[^"]+\/oauth2\/v2\.0\/authorize\?[^"]+)"/u.exec(json)?.[1];
}

/** The data of the button with this verb and these values, as the card carries it. */
export function findActionData(
  card: unknown,
  verb: string,
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> | undefined {
  if (typeof card !== 'object' || card === null) return undefined;
  const { verb: found, data } = action.safeParse(card).data ?? {};
  if (found === verb && data && Object.entries(values).every(([name, value]) => data[name] === value))
    return data;
  for (const part of Object.values(card)) {
    const inside = findActionData(part, verb, values);
    if (inside) return inside;
  }
  return undefined;
}

const reply = z.object({ replyToId: z.string() });
const action = z.object({ verb: z.string(), data: z.record(z.string(), z.unknown()) });

/** Everything that stands in an entry, cards included. */
export const textOf = (entry: TranscriptEntry): string => JSON.stringify(entry.activity ?? entry.text ?? '');

const lastSeq = (entries: readonly TranscriptEntry[]): number => entries.at(-1)?.seq ?? 0;
