// THE table of what a button of a card can ask for: verb -> the data that travels with it. Cards stay in chats for
// months, so a verb is never renamed or used again, and its data carries a version. Not the handlers: the bot has them.
import { z } from 'zod';

const v = z.literal(1);
/** 0 is the first page. */
const page = z.int().min(0).max(1_000_000);
const id = z.string().min(1).max(100);
/** What is looked for; the card's search field is called `text` too and takes its place. */
const text = z.string().max(200);

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
} as const satisfies Readonly<Record<string, z.ZodObject>>;

export type Verb = keyof typeof VERBS;
export type VerbData<V extends Verb> = z.infer<(typeof VERBS)[V]>;
