// Settings: parses the environment once into precise values, and says everything that is wrong at once.
// Does not read files and knows no defaults of anybody's machine.
import { z } from 'zod';
import { CLOUDS, CLOUD_ADDRESSES, type Cloud } from './clouds.ts';
import { parseTenantId, type TenantId } from './directory/ids.ts';
import { AppError } from './errors.ts';
import type { LogLevel } from './log.ts';
import { createSecret, type Secret } from './secret.ts';

/** An app registration in Microsoft Entra, with the secret that it signs in with. */
export interface AppRegistration {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

export interface TokenKey {
  readonly id: string;
  /** 32 bytes, base64. */
  readonly key: Secret;
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
}

const text = z.string();
const optional = text.optional();
const guid = z.guid('must be a GUID such as 11111111-2222-3333-4444-555555555555');
const list = optional.transform((value) =>
  (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

const port = text
  .refine(
    (value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535,
    'must be a whole number from 0 to 65535',
  )
  .transform(Number);
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` });

const loopback = (url: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
const isSecure = (url: URL) => url.protocol === 'https:' || (url.protocol === 'http:' && loopback(url));
const isOrigin = (url: URL) => url.pathname === '/' && url.search === '' && url.username === '';
/** Whether the text is an address of which all of this is true. */
const isAddress = (value: string, ...tests: readonly ((url: URL) => boolean)[]) => {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return tests.every((test) => test(url));
};
const withoutSlash = (value: string) => value.replace(/\/$/, '');

const httpsOrigin = text
  .refine(
    (value) => isAddress(value, isOrigin, (url) => url.protocol === 'https:'),
    'must be an https origin without a path, such as https://example.com',
  )
  .transform(withoutSlash)
  .optional();
const secureOrigin = text
  .refine(
    (value) => isAddress(value, isOrigin, isSecure),
    'must be an https origin without a path (http is allowed on this machine only)',
  )
  .transform(withoutSlash)
  .optional();
const secureAddress = text.refine(
  (value) => isAddress(value, isSecure),
  'must be an https address (http is allowed on this machine only)',
);

const mongodbUri = text
  .refine((value) => /^mongodb(\+srv)?:\/\//.test(value), 'must begin with mongodb:// or mongodb+srv://')
  .refine(
    (value) => /^mongodb(\+srv)?:\/\/[^/]+\/[^/?]+/.test(value),
    'must contain the database name, such as mongodb://host:27017/rollcall',
  );

const tokenKey = z.string().transform((value, context) => {
  const [, id, key] = /^([A-Za-z0-9_-]+):([A-Za-z0-9+/=_-]+)$/.exec(value) ?? [];
  if (id === undefined || key === undefined || Buffer.from(key, 'base64').length !== 32) {
    context.addIssue({
      code: 'custom',
      message: 'must be a list of id:key, each key being 32 bytes in base64',
    });
    return z.NEVER;
  }
  return { id, key: createSecret(key) } satisfies TokenKey;
});

const tokenKeys = list
  .pipe(z.array(tokenKey))
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'must not use an id twice');

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
  const problems = new Map<string, string>();
  for (const issue of parsed.error?.issues ?? []) {
    const name = String(issue.path[0]);
    // Of several problems with one setting the first is the one to solve.
    if (!problems.has(name)) problems.set(name, given[name] === undefined ? 'is missing' : issue.message);
  }
  for (const { name, problem } of findGaps(given)) problems.set(name, problem);
  if (parsed.success && problems.size === 0) return { ok: true, config: toConfig(parsed.data) };
  return { ok: false, problems: [...problems].map(([name, problem]) => ({ name, problem })) };
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
  if (ownApp && !given('ROLLCALL_ENTRA_CLIENT_SECRET')) {
    problems.push({ name: 'ROLLCALL_ENTRA_CLIENT_SECRET', problem: 'is missing' });
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
      clientSecret:
        s.ROLLCALL_ENTRA_CLIENT_SECRET === undefined
          ? password
          : createSecret(s.ROLLCALL_ENTRA_CLIENT_SECRET),
    },
    graph: { url: s.ROLLCALL_GRAPH_URL ?? cloud.graphUrl },
    allowedTenants: new Set(tenants.map(parseTenantId)),
    tokenKeys: s.ROLLCALL_TOKEN_KEYS,
  };
}

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
