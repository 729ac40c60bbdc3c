// THE table of Microsoft's sign-in error codes (AADSTS…): what happened, what to do, who can. Data only; aadsts.ts
// looks codes up. Source: Entra docs, "Microsoft Entra authentication and authorization error codes"; words are ours.

/** Who can do something about it. */
export type Helper =
  | 'rollcallOperator'
  | 'entraAdministrator'
  | 'applicationAdministrator'
  | 'globalAdministrator'
  | 'accountOwner'
  | 'microsoft';

export interface SignInErrorRow {
  readonly codes: readonly number[];
  /** One sentence, in people's words. */
  readonly happened: string;
  /** One sentence: what to do. */
  readonly remedy: string;
  readonly who: Helper;
  /** It passes by itself: asking again later is right. */
  readonly transient?: true;
  /** What the app proves itself with is wrong here, in the settings of this process: no account is at fault. */
  readonly ownProof?: true;
}

export const SIGN_IN_ERRORS: readonly SignInErrorRow[] = [
  // The app registration of Rollcall
  {
    codes: [7000215],
    happened: 'The client secret of Rollcall is wrong.',
    remedy:
      'Copy the value of the secret, not its id, from the app registration into ROLLCALL_ENTRA_CLIENT_SECRET.',
    who: 'rollcallOperator',
    ownProof: true,
  },
  {
    codes: [7000222],
    happened: 'The client secret of Rollcall has expired.',
    remedy: 'Create a new secret in the app registration and put its value into the settings.',
    who: 'applicationAdministrator',
    ownProof: true,
  },
  {
    codes: [700016, 700011],
    happened: 'Microsoft does not know the application of Rollcall in this organisation.',
    remedy:
      'Check the client id, the tenant id and the cloud in the settings; if they are right, press “Grant permissions” on the card in Teams.',
    who: 'globalAdministrator',
  },
  {
    codes: [70001, 7000112, 1000031],
    happened: 'The application of Rollcall is disabled in this organisation.',
    remedy: 'Enable it under Enterprise applications in Microsoft Entra.',
    who: 'applicationAdministrator',
  },
  {
    codes: [700025, 7000218],
    happened: 'The application of Rollcall is registered as a public client, or its secret was not sent.',
    remedy: 'Register a Web platform and set ROLLCALL_ENTRA_CLIENT_SECRET.',
    who: 'rollcallOperator',
    ownProof: true,
  },
  {
    codes: [700027, 700024, 50012],
    happened: 'The certificate with which Rollcall signs in is not accepted.',
    remedy: 'Check that the certificate is the registered one and not expired, and that the clock is right.',
    who: 'rollcallOperator',
    ownProof: true,
  },
  {
    codes: [70021, 700211, 700212, 700213],
    happened: 'The federated credential of Rollcall does not match what it presented.',
    remedy: 'Compare issuer, audience and subject in the app registration with those of the workload.',
    who: 'applicationAdministrator',
    ownProof: true,
  },
  {
    codes: [65005, 650056, 650057],
    happened: 'The app registration of Rollcall lacks a permission that it asks for.',
    remedy: 'Add the permissions that docs/permissions.md lists, then grant admin consent again.',
    who: 'applicationAdministrator',
  },
  {
    codes: [50011, 500113, 900971],
    happened: 'The address to which Microsoft should return is not registered.',
    remedy: 'Register ROLLCALL_PUBLIC_URL with /auth/callback, letter by letter, as a Web redirect URI.',
    who: 'applicationAdministrator',
  },
  {
    codes: [700084],
    happened: 'The sign-in ended after 24 hours, because the address is registered for a browser app.',
    remedy: 'Register the redirect URI under Web instead of single-page application, then sign in again.',
    who: 'applicationAdministrator',
  },
  {
    codes: [70011, 28002],
    happened: 'Rollcall asked for a permission in a form that this cloud does not know.',
    remedy: 'Check ROLLCALL_CLOUD.',
    who: 'rollcallOperator',
  },
  {
    codes: [50001, 500011],
    happened: 'Microsoft Graph was not found in this organisation.',
    remedy: 'Check ROLLCALL_CLOUD and the tenant id.',
    who: 'rollcallOperator',
  },
  {
    codes: [650052],
    happened: 'The organisation has no subscription for a service that Rollcall asks for.',
    remedy: 'Subscribe to the service or enable it in Microsoft Entra.',
    who: 'globalAdministrator',
  },
  {
    codes: [901002, 900144],
    happened: 'Rollcall sent an incomplete sign-in request.',
    remedy: 'Please report this with the time and the correlation id.',
    who: 'rollcallOperator',
  },
  {
    codes: [50196],
    happened: 'Microsoft stopped Rollcall because it signed in too often in a short time.',
    remedy: 'Wait an hour; report it if it comes back.',
    who: 'rollcallOperator',
    transient: true,
  },
  // The organisation and its cloud
  {
    codes: [90002],
    happened: 'Microsoft does not know this organisation.',
    remedy: 'Check the tenant id and ROLLCALL_CLOUD.',
    who: 'rollcallOperator',
  },
  {
    codes: [90038, 900382, 900432],
    happened: 'The organisation is in another national cloud.',
    remedy: 'Set ROLLCALL_CLOUD to the cloud of the organisation.',
    who: 'rollcallOperator',
  },
  {
    codes: [90019, 50059, 9001023, 50194],
    happened:
      'The sign-in did not say which organisation it is for, or the app is for one organisation only.',
    remedy: 'Use the tenant id of the organisation in the settings.',
    who: 'rollcallOperator',
  },
  {
    codes: [500021, 500022, 500212, 500213],
    happened: 'A rule of the organisation about other tenants blocks the sign-in.',
    remedy: 'Allow it in the tenant restrictions or the cross-tenant access settings.',
    who: 'entraAdministrator',
  },
  // Consent
  {
    codes: [65001, 90094, 90095],
    happened: 'Nobody has granted the permissions that Rollcall needs.',
    remedy: 'Press “Grant permissions” on the card in Teams, and accept.',
    who: 'globalAdministrator',
  },
  {
    codes: [65004],
    happened: 'Somebody pressed Cancel on the consent page.',
    remedy: 'Open the link again and accept.',
    who: 'globalAdministrator',
  },
  {
    codes: [50105],
    happened:
      'The application of Rollcall is limited to assigned people, and this account is not one of them.',
    remedy: 'Assign the account under Enterprise applications in Microsoft Entra.',
    who: 'applicationAdministrator',
  },
  // Rules of the organisation
  {
    codes: [50131, 53003, 530032],
    happened: 'A Conditional Access rule blocks the sign-in.',
    remedy: 'Find the rule in the sign-in logs by the correlation id, and allow the address of the server.',
    who: 'entraAdministrator',
  },
  {
    codes: [50097, 50155, 53000, 53001],
    happened: 'The organisation demands a managed device, which a server is not.',
    remedy: 'Exclude the account from that rule, or let Rollcall read as an application.',
    who: 'entraAdministrator',
  },
  {
    codes: [53002],
    happened: 'The organisation allows approved applications only.',
    remedy: 'Exclude Rollcall from that rule.',
    who: 'entraAdministrator',
  },
  {
    codes: [530034, 530035],
    happened: 'A security rule of the organisation blocks this kind of account or sign-in.',
    remedy: 'Use another account, or let Rollcall read as an application.',
    who: 'entraAdministrator',
  },
  {
    codes: [50135, 53004, 53010, 53011],
    happened: 'The account is blocked because its sign-in looked risky.',
    remedy: 'Clear the risk of the account in Microsoft Entra ID Protection.',
    who: 'entraAdministrator',
  },
  {
    codes: [50158, 50161, 50177],
    happened: 'A second sign-in service of the organisation was not satisfied.',
    remedy: 'Sign in again in the browser.',
    who: 'accountOwner',
  },
  {
    codes: [70043],
    happened: 'The organisation demands a fresh sign-in from time to time.',
    remedy: 'Sign in again, exempt the account, or let Rollcall read as an application.',
    who: 'accountOwner',
  },
  // The account that gave the authorization
  {
    codes: [50057],
    happened: 'The account that authorized Rollcall is disabled.',
    remedy: 'Enable it, or authorize Rollcall with another account.',
    who: 'entraAdministrator',
  },
  {
    codes: [50055, 50144],
    happened: 'The password of the account that authorized Rollcall has expired.',
    remedy: 'Change the password, then authorize Rollcall again.',
    who: 'accountOwner',
  },
  {
    codes: [50056, 50126],
    happened: 'The password was wrong or missing.',
    remedy: 'Sign in again.',
    who: 'accountOwner',
  },
  {
    codes: [50053],
    happened: 'The account is locked, or the sign-in came from a suspicious address.',
    remedy: 'Unlock the account, and check the address of the server.',
    who: 'entraAdministrator',
  },
  {
    codes: [50034, 51004, 50020, 16000, 90072],
    happened: 'The account does not exist in this organisation.',
    remedy: 'Sign in with an account of the organisation, or invite this one as a guest.',
    who: 'accountOwner',
  },
  {
    codes: [50058, 160021],
    happened: 'There is no session to continue.',
    remedy: 'Sign in again in the browser.',
    who: 'accountOwner',
  },
  {
    codes: [50072, 50074, 50076, 50079],
    happened: 'The account must confirm the sign-in with a second factor.',
    remedy: 'Sign in again in the browser, or let Rollcall read as an application.',
    who: 'accountOwner',
  },
  {
    codes: [50078],
    happened: 'The second factor of the account is no longer fresh enough.',
    remedy: 'Sign in again with the second factor.',
    who: 'accountOwner',
  },
  {
    codes: [50089, 70008, 700082],
    happened: 'The authorization was not used for too long and has expired.',
    remedy: 'Authorize Rollcall again, and check that it syncs regularly.',
    who: 'accountOwner',
  },
  {
    codes: [50132, 50133, 50173],
    happened: 'The authorization was revoked: the password changed, or an administrator ended all sessions.',
    remedy: 'Authorize Rollcall again.',
    who: 'accountOwner',
  },
  {
    codes: [70000, 9002313],
    happened: 'Microsoft does not recognise the stored authorization.',
    remedy: 'Authorize Rollcall again.',
    who: 'accountOwner',
  },
  {
    codes: [54005, 700005, 501481, 50147],
    happened: 'The sign-in page was used twice, or in another window than it was opened for.',
    remedy: 'Start the sign-in again.',
    who: 'accountOwner',
  },
  // Microsoft itself
  {
    codes: [90033, 90024, 90006, 90012, 50033, 50087],
    happened: 'The sign-in service of Microsoft has a fault at the moment.',
    remedy: 'Nothing to do: Rollcall tries again.',
    who: 'microsoft',
    transient: true,
  },
  {
    codes: [90055],
    happened: 'Microsoft limits sign-ins of this organisation at the moment.',
    remedy: 'Nothing to do: Rollcall tries again later.',
    who: 'microsoft',
    transient: true,
  },
];
