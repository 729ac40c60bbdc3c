// THE table of sign-in errors that the local Entra can give: number, OAuth error, first sentence (Entra docs:
// AADSTS error codes). Texts are written for this tenant; nobody should match on them.

export interface SignInFailure {
  readonly error: string;
  readonly suberror?: string;
  readonly text: string;
  readonly status?: number;
}

const grant = (text: string, suberror?: string): SignInFailure => ({
  error: 'invalid_grant',
  text,
  ...(suberror ? { suberror } : {}),
});
const client = (text: string): SignInFailure => ({ error: 'invalid_client', text, status: 401 });
const request = (text: string): SignInFailure => ({ error: 'invalid_request', text });
const unauthorized = (text: string): SignInFailure => ({ error: 'unauthorized_client', text });
const interaction = (text: string): SignInFailure => grant(text, 'basic_action');
const transient = (text: string): SignInFailure => ({ error: 'temporarily_unavailable', text, status: 503 });

export const signInFailures = {
  16000: {
    error: 'interaction_required',
    text: 'The user account does not exist in this tenant and cannot be selected.',
  },
  28002: { error: 'invalid_scope', text: 'The provided value for scope is not valid.' },
  50001: { error: 'invalid_resource', text: 'The resource principal was not found in the tenant.' },
  50011: request(
    'The redirect URI specified in the request does not match the redirect URIs configured for the application.',
  ),
  50012: client('Authentication failed: the client assertion is not valid.'),
  50020: grant('The user account from the identity provider does not exist in the tenant.'),
  50033: transient('A transient error has occurred. Please try again.'),
  50034: grant('The user account does not exist in the directory.'),
  50053: grant('The account is locked, or sign-in came from a malicious IP address.'),
  50055: grant('The password is expired.', 'user_password_expired'),
  50056: grant('The password is invalid or null.'),
  50057: grant('The user account is disabled.'),
  50058: { error: 'login_required', text: 'A silent sign-in request was sent but no user is signed in.' },
  50059: request('No tenant-identifying information found in the request.'),
  50072: interaction('The user must enroll in multi-factor authentication to access the resource.'),
  50074: interaction('Strong authentication is required and the user did not pass the challenge.'),
  50076: interaction(
    'Due to a configuration change made by the administrator, multi-factor authentication is required.',
  ),
  50078: interaction('Presented multi-factor authentication has expired due to policies.'),
  50079: interaction('The user must enroll in multi-factor authentication.'),
  50087: transient('A transient error has occurred during strong authentication.'),
  50089: grant('The authentication failed because the flow token expired.'),
  50097: interaction('Device authentication is required.'),
  50105: grant('The signed-in user is not assigned to a role for the application.'),
  50126: grant('Error validating credentials due to invalid username or password.'),
  50131: grant('A Conditional Access policy failed.', 'message_only'),
  50132: grant(
    'The session is not valid due to password expiration or a recent password change.',
    'bad_token',
  ),
  50133: grant('The session is not valid due to a recent password change.', 'bad_token'),
  50135: grant('The password must be changed due to account risk.'),
  50144: grant('The on-premises password of the user is expired.', 'user_password_expired'),
  50147: request('The code challenge is missing or not valid.'),
  50155: grant('Device authentication failed for this user.'),
  50158: interaction('The external security challenge was not satisfied.'),
  50161: interaction('The claims of the external provider could not be validated.'),
  50173: grant(
    'The provided grant has expired due to it being revoked; a fresh auth token is needed.',
    'bad_token',
  ),
  50177: interaction('The external challenge is not supported for pass-through users.'),
  50194: unauthorized('The application is not configured as a multi-tenant application.'),
  50196: grant(
    'The server terminated an operation because it encountered a loop while processing a request.',
  ),
  51004: grant('The user account does not exist in the directory.'),
  53000: grant('The device is not in the required state: it is not compliant.', 'message_only'),
  53001: grant('The device is not in the required state: it is not domain joined.', 'message_only'),
  53002: grant('The application used is not an approved application for Conditional Access.', 'message_only'),
  53003: grant('Access has been blocked by Conditional Access policies.', 'message_only'),
  53004: grant(
    'The user must complete multi-factor registration before accessing this content.',
    'message_only',
  ),
  53010: grant('Multi-factor registration is not possible from this place.', 'message_only'),
  53011: grant('The user is blocked due to risk on the home tenant.', 'message_only'),
  54005: grant('The OAuth2 authorization code was already redeemed.'),
  65001: grant('The user or administrator has not consented to use the application.', 'consent_required'),
  65004: { error: 'access_denied', text: 'The user declined to consent to access the app.' },
  65005: request('The application requests a resource that its registration does not list.'),
  70000: grant('The provided grant is invalid or malformed.'),
  70001: unauthorized('The application was not found or is disabled.'),
  70008: grant(
    'The provided authorization code or refresh token has expired due to inactivity.',
    'token_expired',
  ),
  70011: {
    error: 'invalid_scope',
    text: 'The provided request must include a scope parameter, and its value must be valid.',
  },
  70043: grant(
    'The refresh token has expired or is invalid due to sign-in frequency checks by Conditional Access.',
    'token_expired',
  ),
  90002: request(
    'The tenant was not found. Check that the tenant id is correct and that you use the right cloud.',
  ),
  90006: transient('The service is temporarily unavailable.'),
  90012: transient('The request timed out.'),
  90019: request(
    'No tenant-identifying information found in the request or implied by any provided credentials.',
  ),
  90024: transient('The service could not reach the directory.'),
  90033: transient('A transient error has occurred. Please try again.'),
  90038: request('The tenant exists in another cloud.'),
  90055: { error: 'temporarily_unavailable', text: 'The tenant request is throttled.', status: 429 },
  90072: grant('The user account does not exist in the tenant and cannot access the application.'),
  90094: {
    error: 'consent_required',
    text: 'Admin consent is required for the permissions requested by this application.',
  },
  90095: {
    error: 'consent_required',
    text: 'Admin consent is required; the user was shown the approval request.',
  },
  160021: {
    error: 'interaction_required',
    text: 'The application requested a user session which does not exist.',
  },
  500011: { error: 'invalid_resource', text: 'The resource principal was not found in the tenant.' },
  500021: grant('Access to the tenant is denied by tenant restrictions.'),
  500022: grant('Access to the tenant is denied by tenant restrictions.'),
  500113: request('No reply address is registered for the application.'),
  500212: grant('The user may not sign in to this tenant by a cross-tenant policy.'),
  500213: grant('The cross-tenant access policy of the resource tenant blocks the user.'),
  501481: grant('The code verifier does not match the code challenge supplied in the authorization request.'),
  530032: grant('Access is blocked by a security policy on the tenant.', 'message_only'),
  530034: grant('A delegated administrator was blocked from accessing the tenant.'),
  530035: grant('Access has been blocked by security defaults.'),
  650052: request(
    'The app needs access to a service that the organization has not subscribed to or enabled.',
  ),
  650056: request('The application is misconfigured: it lacks the permission that it asks for.'),
  650057: {
    error: 'invalid_resource',
    text: 'The client has requested access to a resource that its registration does not list.',
  },
  700005: grant('The authorization code is intended to use against another tenant.'),
  700011: unauthorized('The application was not found in the directory.'),
  700016: unauthorized(
    'The application was not found in the directory. It may not have been installed or consented to by an administrator.',
  ),
  700025: client('The client is public, so neither client_assertion nor client_secret should be presented.'),
  700027: client('Client assertion failed signature validation.'),
  700082: grant('The refresh token has expired due to inactivity.', 'token_expired'),
  700084: grant(
    'The refresh token was issued to a single page app and has a fixed, limited lifetime.',
    'token_expired',
  ),
  700211: client('No matching federated identity record found for the presented assertion issuer.'),
  700212: client('No matching federated identity record found for the presented assertion audience.'),
  700213: client('No matching federated identity record found for the presented assertion subject.'),
  900144: request('The request body must contain a parameter that is missing.'),
  900382: request('A confidential client is not supported in a cross-cloud request.'),
  900432: request('A confidential client is not supported in a cross-cloud request.'),
  900971: request('No reply address is provided.'),
  901002: request('The resource request parameter is not supported.'),
  1000031: unauthorized('The application cannot be accessed at this time: it is disabled.'),
  7000112: unauthorized('The application is disabled.'),
  7000215: client(
    'Invalid client secret provided. Ensure the secret being sent is the client secret value, not the client secret ID.',
  ),
  7000218: client('The request body must contain client_assertion or client_secret.'),
  7000222: client('The provided client secret keys are expired.'),
  7000229: unauthorized('The client application is missing a service principal in the tenant.'),
  9001023: request(
    'The grant type is not supported over the /common or /consumers endpoints. Use the tenant-specific endpoint.',
  ),
  9002313: request('Invalid request. The request is malformed or invalid.'),
} as const satisfies Readonly<Record<number, SignInFailure>>;

const byCode: Readonly<Record<number, SignInFailure | undefined>> = signInFailures;

/** Thrown inside Entra's code; becomes an error body or an error page. */
export class SignInError extends Error {
  readonly code: number;
  readonly failure: SignInFailure;
  /** `more`: what the text says of this one case besides. */
  constructor(code: number, more = '') {
    const failure = byCode[code] ?? grant('The sign-in failed.');
    super(`AADSTS${code}: ${failure.text}${more}`);
    this.code = code;
    this.failure = failure;
  }
}
