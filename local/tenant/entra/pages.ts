// Draws the pages that a person meets at sign-in. Text and layout only; every foreign text is escaped.
import { escapeHtml } from '../http.ts';
import type { Person, User } from '../model.ts';
import type { SignInError } from './aadsts.ts';

const style = `
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #eef0f6; color: #1b1b1b;
    font: 15px/1.45 "Segoe UI", system-ui, sans-serif; }
  main { background: #fff; width: min(26rem, 88vw); padding: 2.2rem 2.4rem; box-shadow: 0 2px 8px #0003; }
  .brand { font-weight: 600; color: #616161; } h1 { font-size: 1.45rem; font-weight: 600; margin: .8rem 0 .4rem; }
  p { margin: .3rem 0 .8rem; } ul { padding-left: 1.2rem; }
  button { font: inherit; cursor: pointer; border: 0; padding: .5rem 1.4rem; background: #e6e6e6; }
  button.main { background: #0067b8; color: #fff; } button:focus-visible { outline: 2px solid #000; outline-offset: 2px; }
  .tile { display: block; width: 100%; text-align: left; background: none; padding: .7rem .4rem; border-bottom: 1px solid #e6e6e6; }
  .tile:hover { background: #f2f2f2; } .tile small, .dim { color: #616161; display: block; }
  .row { display: flex; gap: .6rem; justify-content: flex-end; margin-top: 1.2rem; }
  input[type=text] { font: inherit; width: 100%; box-sizing: border-box; border: 0; border-bottom: 1px solid #666; padding: .4rem 0; }
  code { word-break: break-word; }`;

function frame(title: string, content: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><div class="brand">Contoso · local sign-in</div>${content}</main></body></html>`;
}

/** The original parameters travel along in hidden fields; the page posts to where it came from. */
function hidden(parameters: URLSearchParams): string {
  return [...parameters]
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
}

export function signInPage(appName: string, people: readonly Person[], parameters: URLSearchParams): string {
  const tiles = people
    .map(
      (person) =>
        `<button class="tile" name="as" value="${person.id}" data-testid="person-${person.id}">${escapeHtml(person.displayName)}` +
        `<small>${escapeHtml(person.userPrincipalName)} · ${person.role}</small></button>`,
    )
    .join('');
  return frame(
    'Pick an account',
    `<h1>Pick an account</h1><p>to continue to <b>${escapeHtml(appName)}</b></p>
<form method="post">${hidden(parameters)}${tiles}</form>
<form method="post" style="margin-top:1rem">${hidden(parameters)}
<input type="text" name="as" placeholder="somebody else: name@contoso.com" aria-label="Another account" data-testid="other-account">
<div class="row"><button name="cancel" value="yes" formnovalidate data-testid="cancel">Cancel</button>
<button class="main" data-testid="next">Next</button></div></form>`,
  );
}

export function consentPage(
  appName: string,
  user: User,
  permissions: readonly string[],
  parameters: URLSearchParams,
  forEverybody: boolean,
): string {
  const list = permissions.map((permission) => `<li><code>${escapeHtml(permission)}</code></li>`).join('');
  return frame(
    'Permissions requested',
    `<p class="dim">${escapeHtml(user.facts.userPrincipalName)}</p><h1>Permissions requested</h1>
<p><b>${escapeHtml(appName)}</b> would like to:</p><ul>${list}</ul>
<p class="dim">${forEverybody ? 'If you accept, this app gets access for everybody in the organization.' : 'You can change this later.'}</p>
<form method="post">${hidden(parameters)}<input type="hidden" name="as" value="${user.id}">
<div class="row"><button name="cancel" value="yes" data-testid="consent-cancel">Cancel</button>
<button class="main" name="consent" value="yes" data-testid="consent-accept">Accept</button></div></form>`,
  );
}

export function approvalNeededPage(appName: string, user: User, parameters: URLSearchParams): string {
  return frame(
    'Need admin approval',
    `<p class="dim">${escapeHtml(user.facts.userPrincipalName)}</p><h1>Need admin approval</h1>
<p><b>${escapeHtml(appName)}</b> needs permission to access resources in your organization that only an admin can grant.</p>
<form method="post">${hidden(parameters)}<div class="row">
<button name="cancel" value="yes" data-testid="return">Return to the application without granting consent</button></div></form>`,
  );
}

/** Where Conditional Access ends a sign-in: nothing leads back to the application. */
export function blockedByPolicyPage(user: User, problem: SignInError): string {
  return frame(
    'You cannot access this right now',
    `<p class="dim">${escapeHtml(user.facts.userPrincipalName)}</p><h1>You cannot access this right now</h1>
<p>Your sign-in was successful but does not meet the criteria to access this resource.</p>
<p class="dim"><code>${escapeHtml(problem.message)}</code></p>`,
  );
}

/** An account of another organization was picked; the way on is another account. */
export function foreignAccountPage(
  appName: string,
  account: string,
  problem: SignInError,
  parameters: URLSearchParams,
): string {
  return frame(
    'Sign in',
    `<h1>Sorry, but we’re having trouble signing you in.</h1>
<p>Selected user account <b>${escapeHtml(account)}</b> does not exist in tenant “Contoso” and cannot access the application <b>${escapeHtml(appName)}</b>. Please use a different account.</p>
<p class="dim"><code>${escapeHtml(problem.message)}</code></p>
<form method="post">${hidden(parameters)}<div class="row">
<button class="main" data-testid="other-account-again">Use a different account</button></div></form>`,
  );
}

export function errorPage(problem: SignInError): string {
  return frame(
    'Sign in',
    `<h1>Sorry, but we’re having trouble signing you in.</h1><p><code>${escapeHtml(problem.message)}</code></p>`,
  );
}

/** A page that posts itself, for response_mode=form_post. */
export function postingPage(to: string, fields: Readonly<Record<string, string>>): string {
  const inputs = hidden(new URLSearchParams(fields));
  return frame(
    'Working…',
    `<form method="post" action="${escapeHtml(to)}">${inputs}<button class="main">Continue</button></form><script>document.forms[0].submit()</script>`,
  );
}
