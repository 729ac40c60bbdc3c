// The page that a browser shows when it comes back from a sign-in. Nobody is sent here yet: it says where to go on.
import { makePage } from './page.ts';

/** Shows nothing of its address: whoever made the link must not write on this page. */
export const CALLBACK_PAGE = makePage(
  'Rollcall',
  '  <p>You can close this window and go back to Microsoft Teams.</p>',
);
