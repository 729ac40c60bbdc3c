// Users that break careless software, one of each in every tenant that has room for them. Data only.
import type { User, UserFacts } from '../model.ts';

/** `at` is the local part of the address; the domain is the tenant's default unless the facts say otherwise. */
export interface AwkwardUser {
  readonly at: string;
  readonly purpose?: User['purpose'];
  readonly facts: Partial<UserFacts> & Pick<UserFacts, 'displayName'>;
  /** No mailbox: `mail` is null. */
  readonly noMail?: boolean;
}

/** Names and states that a sync must carry through unharmed. */
export const awkwardUsers: readonly AwkwardUser[] = [
  { at: 'mona.khalil', facts: { displayName: 'منى خليل' } },
  { at: 'rtl.mixed', facts: { displayName: 'דנה Levi (\u202Etxt.exe\u202C)' } },
  { at: 'party', facts: { displayName: '🎉 Events 👩🏽‍💻 Team' } },
  { at: 'markdown', facts: { displayName: '[click](http://x)' } },
  { at: 'bold', facts: { displayName: '<b>Bold</b> & <script>alert(1)</script>' } },
  { at: 'long.name', facts: { displayName: 'Wolfeschlegelsteinhausenbergerdorff '.repeat(8).slice(0, 256) } },
  { at: 'pipe', facts: { displayName: 'Ann | Bob' } },
  { at: 'blank', facts: { displayName: '  Leading Blank' } },
  { at: 'template', facts: { displayName: '${x} {{y}} $(z)' } },
  { at: 'Mixed.Case', facts: { displayName: 'MiXeD CaSe' } },
  { at: 'combining', facts: { displayName: 'Zoe\u0308 Mu\u0308ller' } },
  { at: 'newline', facts: { displayName: 'Two\nLines' } },
  { at: 'svc-backup', facts: { displayName: 'svc-backup', department: 'IT' }, noMail: true },
  {
    at: 'information',
    facts: { displayName: 'Information Desk', accountEnabled: false },
    purpose: 'shared',
  },
  { at: 'room-seattle-1', facts: { displayName: 'Room Seattle 1', accountEnabled: false }, purpose: 'room' },
  {
    at: 'sam.rivera_partner.example#EXT#',
    facts: {
      displayName: 'Sam Rivera (External member)',
      userType: 'Member',
      mail: 'sam.rivera@partner.example',
      otherMails: ['sam.rivera@partner.example'],
      externalUserState: 'Accepted',
    },
  },
  { at: 'old.account', facts: { displayName: 'Old Account', userType: null } },
  { at: 'synced.account', facts: { displayName: 'Synced Account', onPremisesSyncEnabled: true } },
];
