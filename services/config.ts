// Settings: parses the environment once into precise values, and says everything that is wrong at once.
// Does not read files and knows no defaults of anybody's machine.
import { z } from 'zod';
import { CLOUDS, CLOUD_ADDRESSES, type Cloud } from './clouds.ts';
import { parseTenantId, type TenantId } from './directory/ids.ts';
import { AppError } from './errors.ts';
import type { LogLevel } from './log.ts';
import { createSecret, type Secret } from './secret.ts';
import {
  optional,
  guid,
  list,
  httpsOrigin,
  secureOrigin,
  secureAddress,
  mongodbUri,
  oneOf,
  port,
  tokenKeys,
  egressAddress,
  isoDate,
  type TokenKey,
} from './setting-types.ts';

/** An app registration in Microsoft Entra, with what it signs in with. */
export interface AppRegistration {
  readonly clientId: string;
  /** Empty when a certificate or a federated token is set. */
  readonly clientSecret: Secret;
  /** When the client secret ends, as far as the settings say. */
  readonly clientSecretExpires: Date | null;
  /** Path of a PEM file with private key and certificate; used instead of the secret. */
  readonly clientCertificatePath: string | null;
  /** Path of a file with a token of another issuer that stands for the app; used instead of the secret. */
  readonly federatedTokenPath: string | null;
}

export type BotCredential =
  | { readonly type: 'SingleTenant'; readonly password: Secret; readonly tenantId: TenantId }
  | { readonly type: 'MultiTenant'; readonly password: Secret }
  | { readonly type: 'UserAssignedMSI'; readonly tenantId: TenantId };

export interface ChannelConfig {
  /** False only by an explicit setting, for a chat client on this machine that cannot sign tokens. */
  readonly authentication: boolean;
  readonly metadataUrl: string;
  readonly issuer: string;
  readonly scope: string;
  /** Origin of the authority that issues the bot's own tokens. */
  readonly tokenUrl: string;
  readonly allowedServiceUrls: readonly string[];
}

export interface Config {
  readonly port: number;
  /** Address to listen on; undefined is every interface. */
  readonly host: string | undefined;
  readonly publicUrl: string;
  readonly logLevel: LogLevel;
  readonly cloud: Cloud;
  readonly mongodbUri: Secret;
  readonly bot: { readonly appId: string; readonly credential: BotCredential };
  readonly channel: ChannelConfig;
  readonly entra: AppRegistration & { readonly url: string };
  readonly graph: { readonly url: string };
  readonly allowedTenants: ReadonlySet<TenantId>;
  /** The first encrypts, all decrypt. */
  readonly tokenKeys: readonly TokenKey[];
  /** Addresses or networks from which Rollcall calls Microsoft, for people who must allow them. */
  readonly egressAddresses: readonly string[];
}

const schema = z.object({
  PORT: port.default(3978),
  ROLLCALL_HOST: optional,
  MONGODB_URI: mongodbUri,
  MicrosoftAppId: guid,
  MicrosoftAppPassword: optional,
  MicrosoftAppType: oneOf(['SingleTenant', 'MultiTenant', 'UserAssignedMSI']).default('SingleTenant'),
  MicrosoftAppTenantId: guid.optional(),
  ROLLCALL_PUBLIC_URL: secureOrigin,
  ROLLCALL_ENTRA_CLIENT_ID: guid.optional(),
  ROLLCALL_ENTRA_CLIENT_SECRET: optional,
  ROLLCALL_CLIENT_SECRET_EXPIRES: isoDate.optional(),
  ROLLCALL_ENTRA_CLIENT_CERTIFICATE: optional,
  AZURE_FEDERATED_TOKEN_FILE: optional,
  ROLLCALL_EGRESS_ADDRESSES: list.pipe(z.array(egressAddress)),
  ROLLCALL_ALLOWED_TENANTS: list.pipe(z.array(guid)),
  ROLLCALL_TOKEN_KEYS: tokenKeys,
  ROLLCALL_CLOUD: oneOf(CLOUDS).default('public'),
  ROLLCALL_ENTRA_URL: httpsOrigin,
  ROLLCALL_GRAPH_URL: httpsOrigin,
  ROLLCALL_CHANNEL_METADATA_URL: secureAddress.optional(),
  ROLLCALL_CHANNEL_TOKEN_URL: httpsOrigin,
  ROLLCALL_ALLOWED_SERVICE_URLS: list.pipe(z.array(secureAddress)),
  ROLLCALL_CHANNEL_AUTHENTICATION: oneOf(['on', 'off']).default('on'),
  ROLLCALL_LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error']).default('info'),
});

/** What a rotation of keys needs of the environment, so that it runs without the settings of a bot. */
const keySchema = schema.pick({ MONGODB_URI: true, ROLLCALL_TOKEN_KEYS: true });

type Settings = z.infer<typeof schema>;
type Environment = Readonly<Record<string, string | undefined>>;

/** One wrong or missing setting: its name and what to do about it. */
export interface SettingProblem {
  readonly name: string;
  readonly problem: string;
}

export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** Parses the whole environment; never stops at the first problem. Blank settings count as not given. */
export function parseConfig(env: Environment): ParsedConfig {
  const given = trim(env);
  const parsed = schema.safeParse(given);
  const problems = new Map(problemsOf(parsed.error, given).map(({ name, problem }) => [name, problem]));
  for (const { name, problem } of findGaps(given)) problems.set(name, problem);
  if (parsed.success && problems.size === 0) return { ok: true, config: toConfig(parsed.data) };
  return { ok: false, problems: [...problems].map(([name, problem]) => ({ name, problem })) };
}

export type ParsedKeySettings =
  | { readonly ok: true; readonly mongodbUri: Secret; readonly tokenKeys: readonly TokenKey[] }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

/** Parses the settings that say where credentials are kept and what encrypts them. */
export function parseKeySettings(env: Environment): ParsedKeySettings {
  const given = trim(env);
  const parsed = keySchema.safeParse(given);
  if (!parsed.success) return { ok: false, problems: problemsOf(parsed.error, given) };
  const { MONGODB_URI, ROLLCALL_TOKEN_KEYS } = parsed.data;
  return { ok: true, mongodbUri: createSecret(MONGODB_URI), tokenKeys: ROLLCALL_TOKEN_KEYS };
}

/** Of several problems with one setting the first is the one to solve. */
function problemsOf(error: z.ZodError | undefined, given: Environment): SettingProblem[] {
  const problems = new Map<string, string>();
  for (const issue of error?.issues ?? []) {
    const name = String(issue.path[0]);
    if (!problems.has(name)) problems.set(name, given[name] === undefined ? 'is missing' : issue.message);
  }
  return [...problems].map(([name, problem]) => ({ name, problem }));
}

const trim = (env: Environment): Environment =>
  Object.fromEntries(
    Object.entries(env)
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([, value]) => value !== ''),
  );

/** What one setting asks of another. */
function findGaps(env: Environment): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const given = (name: string) => env[name] !== undefined;
  const type = env.MicrosoftAppType ?? 'SingleTenant';
  if (type !== 'UserAssignedMSI' && !given('MicrosoftAppPassword')) {
    problems.push({ name: 'MicrosoftAppPassword', problem: 'is missing' });
  }
  if (type !== 'MultiTenant' && !given('MicrosoftAppTenantId')) {
    problems.push({
      name: 'MicrosoftAppTenantId',
      problem: `is missing (needed for MicrosoftAppType ${type})`,
    });
  }
  if (type === 'MultiTenant' && !given('ROLLCALL_ALLOWED_TENANTS')) {
    problems.push({
      name: 'ROLLCALL_ALLOWED_TENANTS',
      problem: 'is missing (needed for MicrosoftAppType MultiTenant)',
    });
  }
  // The bot's own registration reads too, with its password, unless it has none or another app is named.
  const ownApp =
    given('ROLLCALL_ENTRA_CLIENT_ID') || (type === 'UserAssignedMSI' && !given('MicrosoftAppPassword'));
  const certificate = given('ROLLCALL_ENTRA_CLIENT_CERTIFICATE');
  const federated = given('AZURE_FEDERATED_TOKEN_FILE');
  if (ownApp && !certificate && !federated && !given('ROLLCALL_ENTRA_CLIENT_SECRET')) {
    problems.push({
      name: 'ROLLCALL_ENTRA_CLIENT_SECRET',
      problem: 'is missing (or give ROLLCALL_ENTRA_CLIENT_CERTIFICATE)',
    });
  }
  if (certificate && given('ROLLCALL_ENTRA_CLIENT_SECRET')) {
    problems.push({
      name: 'ROLLCALL_ENTRA_CLIENT_CERTIFICATE',
      problem: 'must not be given together with ROLLCALL_ENTRA_CLIENT_SECRET',
    });
  }
  if (
    env.ROLLCALL_CHANNEL_AUTHENTICATION === 'off' &&
    !['127.0.0.1', '::1', 'localhost'].includes(env.ROLLCALL_HOST ?? '')
  ) {
    problems.push({
      name: 'ROLLCALL_CHANNEL_AUTHENTICATION',
      problem: 'may be off only when ROLLCALL_HOST is 127.0.0.1',
    });
  }
  return problems;
}

function toConfig(s: Settings): Config {
  const cloud = CLOUD_ADDRESSES[s.ROLLCALL_CLOUD];
  const entraUrl = s.ROLLCALL_ENTRA_URL ?? cloud.entraUrl;
  const password = createSecret(s.MicrosoftAppPassword ?? '');
  const tenants =
    s.ROLLCALL_ALLOWED_TENANTS.length > 0 ? s.ROLLCALL_ALLOWED_TENANTS : [s.MicrosoftAppTenantId ?? ''];
  return {
    port: s.PORT,
    host: s.ROLLCALL_HOST,
    publicUrl: s.ROLLCALL_PUBLIC_URL ?? `http://localhost:${s.PORT}`,
    logLevel: s.ROLLCALL_LOG_LEVEL,
    cloud: s.ROLLCALL_CLOUD,
    mongodbUri: createSecret(s.MONGODB_URI),
    bot: { appId: s.MicrosoftAppId, credential: toCredential(s, password) },
    channel: {
      authentication: s.ROLLCALL_CHANNEL_AUTHENTICATION === 'on',
      metadataUrl: s.ROLLCALL_CHANNEL_METADATA_URL ?? cloud.channelMetadataUrl,
      issuer: cloud.channelIssuer,
      scope: cloud.channelScope,
      tokenUrl: s.ROLLCALL_CHANNEL_TOKEN_URL ?? entraUrl,
      allowedServiceUrls:
        s.ROLLCALL_ALLOWED_SERVICE_URLS.length > 0 ? s.ROLLCALL_ALLOWED_SERVICE_URLS : cloud.serviceUrls,
    },
    entra: {
      url: entraUrl,
      clientId: s.ROLLCALL_ENTRA_CLIENT_ID ?? s.MicrosoftAppId,
      clientSecret: toClientSecret(s, password),
      clientSecretExpires: s.ROLLCALL_CLIENT_SECRET_EXPIRES ?? null,
      clientCertificatePath: s.ROLLCALL_ENTRA_CLIENT_CERTIFICATE ?? null,
      federatedTokenPath: toFederatedTokenPath(s),
    },
    graph: { url: s.ROLLCALL_GRAPH_URL ?? cloud.graphUrl },
    allowedTenants: new Set(tenants.map(parseTenantId)),
    tokenKeys: s.ROLLCALL_TOKEN_KEYS,
    egressAddresses: s.ROLLCALL_EGRESS_ADDRESSES,
  };
}

/** The bot's own password signs in to Graph as well when nothing else is given. */
function toClientSecret(s: Settings, password: Secret): Secret {
  if (s.ROLLCALL_ENTRA_CLIENT_SECRET !== undefined) return createSecret(s.ROLLCALL_ENTRA_CLIENT_SECRET);
  const other = s.ROLLCALL_ENTRA_CLIENT_CERTIFICATE ?? toFederatedTokenPath(s);
  return other === null ? password : createSecret('');
}

/** Azure sets it in every container with a workload identity: what somebody set for Rollcall alone goes before it. */
const toFederatedTokenPath = (s: Settings): string | null =>
  s.ROLLCALL_ENTRA_CLIENT_SECRET === undefined && s.ROLLCALL_ENTRA_CLIENT_CERTIFICATE === undefined
    ? (s.AZURE_FEDERATED_TOKEN_FILE ?? null)
    : null;

function toCredential(s: Settings, password: Secret): BotCredential {
  if (s.MicrosoftAppType === 'MultiTenant') return { type: 'MultiTenant', password };
  const tenantId = parseTenantId(s.MicrosoftAppTenantId ?? '');
  return s.MicrosoftAppType === 'SingleTenant'
    ? { type: 'SingleTenant', password, tenantId }
    : { type: 'UserAssignedMSI', tenantId };
}

/** The configuration of this process. Throws `bad-settings` with every problem in its details. */
export function readConfig(env: Environment): Config {
  const parsed = parseConfig(env);
  if (parsed.ok) return parsed.config;
  throw new AppError(
    'bad-settings',
    Object.fromEntries(parsed.problems.map((row) => [row.name, row.problem])),
  );
}
