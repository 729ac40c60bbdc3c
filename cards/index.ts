// THE card table: name -> layout, what it shows (Data) and which verbs its buttons may have. Drawing is in
// render-card.ts; wording is not here at all, it comes with the data.
import type { z } from 'zod';
import { AUDIT_VERBS, auditData } from './audit/data.ts';
import auditTemplate from './audit/template.json' with { type: 'json' };
import { CONNECT_VERBS, connectData } from './connect/data.ts';
import connectTemplate from './connect/template.json' with { type: 'json' };
import { GROUP_VERBS, groupData, USER_VERBS, userData } from './entry/data.ts';
import entryTemplate from './entry/template.json' with { type: 'json' };
import { HELP_VERBS, helpData } from './help/data.ts';
import helpTemplate from './help/template.json' with { type: 'json' };
import { GROUPS_VERBS, groupsData, USERS_VERBS, usersData } from './list/data.ts';
import listTemplate from './list/template.json' with { type: 'json' };
import { MANAGE_VERBS, manageData } from './manage/data.ts';
import manageTemplate from './manage/template.json' with { type: 'json' };
import { NOTICE_VERBS, noticeData } from './notice/data.ts';
import noticeTemplate from './notice/template.json' with { type: 'json' };
import { PEOPLE_VERBS, peopleData } from './people/data.ts';
import peopleTemplate from './people/template.json' with { type: 'json' };
import { RUN_VERBS, runData } from './run/data.ts';
import runTemplate from './run/template.json' with { type: 'json' };
import { SIGN_IN_VERBS, signInData } from './sign-in/data.ts';
import signInTemplate from './sign-in/template.json' with { type: 'json' };
import { STATUS_VERBS, statusData } from './status/data.ts';
import statusTemplate from './status/template.json' with { type: 'json' };
import { SYNC_VERBS, syncData } from './sync/data.ts';
import syncTemplate from './sync/template.json' with { type: 'json' };
import type { Verb } from './verbs.ts';
import { WELCOME_VERBS, welcomeData } from './welcome/data.ts';
import welcomeTemplate from './welcome/template.json' with { type: 'json' };

interface CardRow {
  /** Layout in Adaptive Cards' template language. */
  readonly template: object;
  readonly data: z.ZodType;
  readonly verbs: readonly Verb[];
}

export const CARDS = {
  welcome: { template: welcomeTemplate, data: welcomeData, verbs: WELCOME_VERBS },
  help: { template: helpTemplate, data: helpData, verbs: HELP_VERBS },
  sync: { template: syncTemplate, data: syncData, verbs: SYNC_VERBS },
  run: { template: runTemplate, data: runData, verbs: RUN_VERBS },
  status: { template: statusTemplate, data: statusData, verbs: STATUS_VERBS },
  users: { template: listTemplate, data: usersData, verbs: USERS_VERBS },
  user: { template: entryTemplate, data: userData, verbs: USER_VERBS },
  groups: { template: listTemplate, data: groupsData, verbs: GROUPS_VERBS },
  group: { template: entryTemplate, data: groupData, verbs: GROUP_VERBS },
  connect: { template: connectTemplate, data: connectData, verbs: CONNECT_VERBS },
  manage: { template: manageTemplate, data: manageData, verbs: MANAGE_VERBS },
  signIn: { template: signInTemplate, data: signInData, verbs: SIGN_IN_VERBS },
  people: { template: peopleTemplate, data: peopleData, verbs: PEOPLE_VERBS },
  audit: { template: auditTemplate, data: auditData, verbs: AUDIT_VERBS },
  notice: { template: noticeTemplate, data: noticeData, verbs: NOTICE_VERBS },
} as const satisfies Readonly<Record<string, CardRow>>;

export type CardName = keyof typeof CARDS;
export type CardData<Name extends CardName> = z.infer<(typeof CARDS)[Name]['data']>;

/** A card to be drawn: which one and what it shows. `summary` is for notifications and lists of chats: plain text. */
export type CardView = {
  [Name in CardName]: { readonly card: Name; readonly data: CardData<Name>; readonly summary: string };
}[CardName];
