// The bot's own tokens to the channel: client credentials of the bot's app registration, or a managed identity. The
// framework's way knows no authority but Microsoft's and no timeouts, so this is its port on MSAL.
import {
  ConfidentialClientApplication,
  ManagedIdentityApplication,
  type AuthenticationResult,
  type INetworkModule,
  type NetworkRequestOptions,
  type NetworkResponse,
} from '@azure/msal-node';
import { ServiceClientCredentialsFactory } from 'botframework-connector';
import { z } from 'zod';
import { AppError, type Config } from '../services/index.ts';

const TIMEOUT_MS = 10_000;

/** Gives a token for the channel, from memory while it is good. Throws `sign-in-failed` or `sign-in-unreachable`. */
export type ChannelToken = () => Promise<string>;

export function createChannelToken(config: Config): ChannelToken {
  const acquire = createAcquire(config);
  return async () => {
    let result: AuthenticationResult | null;
    try {
      result = await acquire();
    } catch (error) {
      throw toSignInError(error);
    }
    // A server that answers in an unknown form makes MSAL resolve without a token.
    if (result === null || result.accessToken === '')
      throw new AppError('sign-in-failed', { for: 'channel' });
    return result.accessToken;
  };
}

function createAcquire({ bot, channel }: Config): () => Promise<AuthenticationResult | null> {
  const { credential, appId } = bot;
  const system = { networkClient: createNetwork() };
  if (credential.type === 'UserAssignedMSI') {
    const identity = new ManagedIdentityApplication({
      managedIdentityIdParams: { userAssignedClientId: appId },
      system,
    });
    return () => identity.acquireToken({ resource: channel.scope });
  }
  // Bot Framework docs: a multi-tenant bot signs in at `botframework.com`, a single-tenant bot at its own tenant.
  const tenant = credential.type === 'SingleTenant' ? credential.tenantId : 'botframework.com';
  const client = new ConfidentialClientApplication({
    auth: {
      clientId: appId,
      clientSecret: credential.password.reveal(),
      authority: `${channel.tokenUrl}/${tenant}`,
      knownAuthorities: [new URL(channel.tokenUrl).host],
    },
    system,
  });
  return () => client.acquireTokenByClientCredential({ scopes: [`${channel.scope}/.default`] });
}

const withErrorCode = z.object({ errorCode: z.string(), errorNo: z.coerce.string().optional() });

/** MSAL gives network faults and answers of the server as classes without a common root: their code tells. */
function toSignInError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const parsed = withErrorCode.safeParse(error);
  if (!parsed.success) return new AppError('sign-in-unreachable', { for: 'channel' }, error);
  const { errorCode, errorNo } = parsed.data;
  const unreachable = [
    'network_error',
    'endpoints_resolution_error',
    'temporarily_unavailable',
    'no_network_connectivity',
  ];
  return new AppError(
    unreachable.includes(errorCode) ? 'sign-in-unreachable' : 'sign-in-failed',
    { for: 'channel', errorCode, errorNo },
    error,
  );
}

/** HTTP for MSAL, which of itself waits for ever. */
function createNetwork(): INetworkModule {
  const send = async <Body>(
    method: 'GET' | 'POST',
    url: string,
    options?: NetworkRequestOptions,
    timeoutMs = TIMEOUT_MS,
  ): Promise<NetworkResponse<Body>> => {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      ...(options?.headers ? { headers: options.headers } : {}),
      ...(options?.body === undefined ? {} : { body: options.body }),
    });
    // The shape belongs to MSAL, which checks what it reads.
    const body = z.custom<Body>().parse(parseJson(await response.text()));
    return { status: response.status, headers: Object.fromEntries(response.headers), body };
  };
  return {
    sendGetRequestAsync: (url, options, timeoutMs) => send('GET', url, options, timeoutMs),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}

/** MSAL expects an object; what is not JSON is shown to it as an answer without a token. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError)
      return { error: 'temporarily_unavailable', error_description: 'no JSON' };
    throw error;
  }
}

/** The framework's port for outgoing credentials; `token` is null when channel authentication is off. */
export class ChannelCredentialsFactory extends ServiceClientCredentialsFactory {
  readonly #appId: string;
  readonly #token: ChannelToken | null;

  constructor(appId: string, token: ChannelToken | null) {
    super();
    this.#appId = appId;
    this.#token = token;
  }

  isValidAppId(appId: string) {
    return Promise.resolve(appId === this.#appId);
  }

  isAuthenticationDisabled() {
    return Promise.resolve(this.#token === null);
  }

  createCredentials() {
    const token = this.#token;
    type Credentials = Awaited<ReturnType<ServiceClientCredentialsFactory['createCredentials']>>;
    const credentials: Credentials = {
      signRequest: async (request) => {
        if (token) request.headers.set('authorization', `Bearer ${await token()}`);
        return request;
      },
    };
    return Promise.resolve(credentials);
  }
}
