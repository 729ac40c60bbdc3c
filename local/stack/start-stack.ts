// Starts everything on one machine: database, local Microsoft 365, local Teams, and the bot. The demo and the
// end-to-end tests both come through here.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createCertificates } from '../certificates.ts';
import { withDatabaseName } from '../mongo/uri.ts';
import { createBotProcess, type BotProcess } from './bot-process.ts';
import type { PartName } from './parts.ts';
import { createParts, type RunningParts } from './running-parts.ts';

/** 0 is any free port. */
export interface StackPorts {
  readonly bot: number;
  readonly chat: number;
  readonly graph: number;
  readonly entra: number;
  readonly control: number;
  readonly database: number;
}

export interface StackOptions {
  readonly seed: string;
  readonly users: number;
  readonly groups: number;
  readonly memberships?: number;
  readonly ports: StackPorts;
  /** Where the database, the tenant's and the chat's memory, and the logs are kept. */
  readonly folder: string;
  /** A database that runs already, without a database name; otherwise one is started in `folder`. */
  readonly databaseUri?: string;
  readonly databaseName: string;
  /** What the bot is given besides, or instead; for tests and for other chat clients. */
  readonly botEnv?: Readonly<Record<string, string>>;
  /** Whether the chat and the tenant remember changes across restarts. */
  readonly remember: boolean;
  readonly say: (line: string) => void;
  /** Ends what has been started while the rest still starts; afterwards it has no effect. */
  readonly signal?: AbortSignal;
}

export interface Stack extends RunningParts {
  readonly bot: BotProcess;
  readonly botUrl: string;
  readonly databaseUri: string;
  readonly logPath: string;
  /** What must never be seen anywhere, by what it is. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Resolves with the name of the first part that ended without having been asked to. */
  readonly ended: Promise<PartName | 'bot'>;
  stop(): Promise<void>;
}

/** The app registration of the bot in the local tenant: the same at each start, so that chats stay valid. */
export const BOT_APP_ID = '0a5fc0de-b07a-4c11-9a11-5c0ffee00001';
const BOT_NAME = 'Rollcall';

/** What the sync may read in the local tenant: the recommended application permissions, and no more. */
const GRAPH_PERMISSIONS = ['User.Read.All', 'GroupMember.Read.All', 'Domain.Read.All', 'Member.Read.Hidden'];

/**
 * Throws with a sentence for people when a part cannot start, and the reason of the signal when that comes first; what
 * had started is stopped again.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  mkdirSync(options.folder, { recursive: true, mode: 0o755 });
  const certificates = await createCertificates();
  const clientSecret = randomBytes(24).toString('base64url');
  const botPort = await checkPort(options.ports.bot, 'the bot');
  const publicUrl = `http://localhost:${botPort}`;
  const signal = options.signal ?? new AbortController().signal;
  let tellEnded: (name: PartName | 'bot') => void = () => undefined;
  const ended = new Promise<PartName | 'bot'>((resolve) => (tellEnded = resolve));
  const parts = createParts({ say: options.say, signal }, (name) => tellEnded(name));
  try {
    const databaseUri =
      options.databaseUri ??
      (
        await parts.start('database', {
          dataDir: join(options.folder, 'database'),
          port: options.ports.database,
        })
      ).uri;
    const tenant = await parts.start('tenant', {
      seed: options.seed,
      users: options.users,
      groups: options.groups,
      ...(options.memberships === undefined ? {} : { memberships: options.memberships }),
      ports: options.ports,
      certificates,
      apps: [
        {
          clientId: BOT_APP_ID,
          clientSecret,
          name: BOT_NAME,
          graphPermissions: GRAPH_PERMISSIONS,
          // Nobody has signed in yet: the first administrator who does meets the consent page.
          delegatedPermissions: [],
          redirectUris: [`${publicUrl}/auth/callback`],
        },
      ],
      ...(options.remember ? { statePath: join(options.folder, 'tenant.json') } : {}),
    });
    const chat = await parts.start('chat', {
      port: options.ports.chat,
      botEndpoint: `http://127.0.0.1:${botPort}/api/messages`,
      botAppId: BOT_APP_ID,
      botName: BOT_NAME,
      tenantId: tenant.tenantId,
      people: tenant.people,
      entraUrl: tenant.entraUrl,
      caPem: certificates.caPem,
      ...(options.remember ? { statePath: join(options.folder, 'chat.json') } : {}),
    });
    const logPath = join(options.folder, 'bot.log');
    const tokenKey = keepKey(join(options.folder, 'token-key'));
    const bot = createBotProcess({
      port: botPort,
      signal,
      onEnded: () => tellEnded('bot'),
      logPath,
      env: {
        PORT: String(botPort),
        ROLLCALL_HOST: '127.0.0.1',
        MONGODB_URI: withDatabaseName(databaseUri, options.databaseName),
        MicrosoftAppId: BOT_APP_ID,
        MicrosoftAppPassword: clientSecret,
        MicrosoftAppType: 'SingleTenant',
        MicrosoftAppTenantId: tenant.tenantId,
        ROLLCALL_PUBLIC_URL: publicUrl,
        ROLLCALL_TOKEN_KEYS: `local:${tokenKey}`,
        ROLLCALL_ENTRA_URL: tenant.entraUrl,
        ROLLCALL_GRAPH_URL: tenant.graphUrl,
        ROLLCALL_CHANNEL_METADATA_URL: chat.metadataUrl,
        ROLLCALL_CHANNEL_TOKEN_URL: tenant.entraUrl,
        ROLLCALL_ALLOWED_SERVICE_URLS: chat.serviceUrl,
        NODE_EXTRA_CA_CERTS: trust(certificates.caPem, join(options.folder, 'authorities.pem')),
        ...options.botEnv,
      },
    });
    await bot.start();
    const stop = async () => {
      await bot.stop();
      await parts.stop();
    };
    return {
      ...parts.running(),
      ...{ bot, botUrl: `http://127.0.0.1:${botPort}`, databaseUri, logPath, ended, stop },
      secrets: { 'the client secret': clientSecret, 'the token key': tokenKey },
    };
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

/** A file with our authority and those that this process trusts besides; Node reads one file, at start only. */
function trust(caPem: string, path: string): string {
  const others = process.env.NODE_EXTRA_CA_CERTS;
  const kept = others !== undefined && existsSync(others) ? readFileSync(others, 'utf8') : '';
  writeFileSync(path, `${caPem}\n${kept}`);
  return path;
}

/** A key that stays the same as long as the data that it encrypts. */
function keepKey(path: string): string {
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('base64'), { mode: 0o600 });
  return readFileSync(path, 'utf8');
}

/** The port itself, or a free one for 0. Throws when it is taken. */
export function checkPort(port: number, user: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => {
      reject(
        new Error(
          `Port ${port} is in use, and ${user} needs it. Stop the program that uses it, or choose another port.`,
        ),
      );
    });
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      const free = typeof address === 'object' && address ? address.port : port;
      probe.close(() => resolve(free));
    });
  });
}
