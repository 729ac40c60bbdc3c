// THE table of the parts that run beside the bot, each in a process of its own: how each is started and what it
// tells when it is ready. Shared by the process that starts them and by the processes themselves.
import { startChat, type ChatOptions } from '../chat/start-chat.ts';
import { openDatabase } from '../mongo/open-database.ts';
import { startTenant, type Person, type TenantOptions } from '../tenant/start-tenant.ts';

export interface DatabaseOptions {
  readonly dataDir: string;
  readonly port: number;
}

export interface DatabaseReady {
  readonly uri: string;
  readonly engine: string;
}

export interface TenantReady {
  readonly tenantId: string;
  readonly graphUrl: string;
  readonly entraUrl: string;
  readonly controlUrl: string;
  readonly people: readonly Person[];
}

export interface ChatReady {
  readonly pageUrl: string;
  readonly serviceUrl: string;
  readonly metadataUrl: string;
}

/** Name of a part → what it takes and what it tells. Everything is plain JSON: it crosses a process boundary. */
export interface Parts {
  database: { options: DatabaseOptions; ready: DatabaseReady };
  tenant: { options: TenantOptions; ready: TenantReady };
  chat: { options: ChatOptions; ready: ChatReady };
}
export type PartName = keyof Parts;

type Start<Name extends PartName> = (
  options: Parts[Name]['options'],
  say: (line: string) => void,
) => Promise<Parts[Name]['ready'] & { stop(): Promise<void> }>;

export const STARTS: { readonly [Name in PartName]: Start<Name> } = {
  database: (options, say) => openDatabase({ ...options, say }),
  tenant: startTenant,
  chat: startChat,
};
