// What the Teams app says of privacy and terms. Only what is true of every installation; an organisation that wants to
// say more names pages of its own when it builds the app package.
import { makePage } from './page.ts';

export const PRIVACY_PAGE = makePage(
  'Rollcall: privacy',
  `  <p>Rollcall is run by your own organisation, on its own servers. Nobody else receives what it keeps.</p>
  <h2>What is kept</h2>
  <p>From Microsoft 365: names, e-mail addresses and sign-in names of users, whether an account is enabled or a guest,
  groups with their descriptions, and who is a member of which group. From Rollcall itself: who is active or inactive
  and why, what each sync changed, and who started or approved it; who may use Rollcall; which accounts were authorized
  to read Microsoft 365, with their sign-ins encrypted; who authorized, changed or was refused what; and in which chat
  each person can be reached. Messages that people write to Rollcall are not kept.</p>
  <h2>Where, and for how long</h2>
  <p>In the database that your organisation has chosen for it. Somebody who leaves Microsoft 365 is removed from the
  directory after the grace period, 30 days unless your organisation has set another. The record of what syncs changed
  stays; the record of who did what in Rollcall is kept for two years. A sign-in that is removed is forgotten at
  once.</p>
  <h2>Who sees it</h2>
  <p>The people whom an owner of Rollcall has let in (type “admins” to Rollcall to see who they are), and those who run
  its database. Answers in a channel can be read by everybody in that channel.</p>
  <h2>Questions</h2>
  <p>Ask the administrators of Microsoft 365 in your organisation.</p>`,
);

export const TERMS_PAGE = makePage(
  'Rollcall: terms of use',
  `  <p>Rollcall is operated by your own organisation, for its own people. Its rules for the use of information systems
  apply here too.</p>
  <h2>What it does</h2>
  <p>It reads Microsoft 365 and changes only the directory that it keeps itself. Nothing in Microsoft 365 is changed.
  Other systems may use that directory to decide who has access.</p>
  <h2>What it does not promise</h2>
  <p>The directory is as new as the last sync that could read everything. Your organisation decides how Rollcall is run
  and supported.</p>`,
);
