// What somebody is told whose account Teams does not name: nothing of the directory, only what to do.

export const STRANGER =
  'I cannot tell who you are: Teams did not name your account. Sign in to Teams with your work account and try again.';
