// THE table of what a button of a card can ask for: verb -> the data that travels with it. Cards stay in chats for
// months, so a verb is never renamed or used again, and its data carries a version. Not the handlers: the bot has them.
import { z } from 'zod';

const v = z.literal(1);
/** 0 is the first page. */
const page = z.int().min(0).max(1_000_000);
const id = z.string().min(1).max(100);
/** What is looked for; the card's search field is called `text` too and takes its place. */
const text = z.string().max(200);
/** What an authorization is for. */
const grant = z.enum(['users', 'groups', 'domains', 'everything']);
const role = z.enum(['viewer', 'admin', 'owner']);

export const VERBS = {
  'sync.start': z.object({ v }),
  /** Carries on a held sync: exactly the plan with this digest. */
  'sync.approve': z.object({ v, runId: id, digest: z.string().min(1).max(128) }),
  /** The changes of a run, one page of them. */
  'run.show': z.object({ v, runId: id, page }),
  /** The result of a run as it is now. */
  'run.refresh': z.object({ v, runId: id }),
  'status.show': z.object({ v }),
  'users.show': z.object({ v, text, page, status: z.enum(['active', 'inactive']).optional() }),
  'user.show': z.object({ v, id }),
  'groups.show': z.object({ v, text, page }),
  'group.show': z.object({ v, id }),
  'help.show': z.object({ v }),
  /** As if somebody had typed it. */
  'command.run': z.object({ v, text }),
  'connect.show': z.object({ v }),
  /** Makes a link to sign in at Microsoft, for the person who presses; `id` is the account to authorize again. */
  'connect.begin': z.object({ v, grant, as: z.enum(['primary', 'backup']), id: id.optional() }),
  /** Makes a link to Microsoft's page on which an administrator consents to all permissions. */
  'connect.consent': z.object({ v }),
  /** The accounts behind one part, with what can be done to each. */
  'connect.manage': z.object({ v, grant, page: page.optional() }),
  'connect.test': z.object({ v, id }),
  /** Tests all of a part. */
  'connect.testAll': z.object({ v, grant }),
  'connect.makePrimary': z.object({ v, id }),
  /** Asks again; `connect.remove` does it. */
  'connect.askRemove': z.object({ v, id }),
  'connect.remove': z.object({ v, id }),
  'people.show': z.object({ v, page: page.optional() }),
  'people.person': z.object({ v, id }),
  /** The card's fields are called `person` (Entra object id) and `role` and take their places. */
  'people.add': z.object({ v, person: z.string().max(100), role }),
  'people.set': z.object({ v, id, role }),
  /** Asks again; `people.remove` does it. */
  'people.askRemove': z.object({ v, id }),
  'people.remove': z.object({ v, id }),
  'audit.show': z.object({ v, page }),
  /** Makes a link to the audit trail as a file. */
  'audit.export': z.object({ v }),
} as const satisfies Readonly<Record<string, z.ZodObject>>;

export type Verb = keyof typeof VERBS;
export type VerbData<V extends Verb> = z.infer<(typeof VERBS)[V]>;
