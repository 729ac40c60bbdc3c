// The stores of everything around connecting, as one part of the store: credentials, sign-ins, people, chats, audit,
// downloads, notices and claims. Composition only.
import type { Db } from 'mongodb';
import type { CredentialStore } from '../directory/credential-store.ts';
import type { NoticeStore } from '../directory/notice.ts';
import type {
  AuditStore,
  ChatStore,
  ClaimStore,
  ExportStore,
  PeopleStore,
} from '../directory/people-store.ts';
import type { SignInStore } from '../directory/sign-in.ts';
import { createAuditRepository } from './audit-repository.ts';
import { createChatRepository } from './chat-repository.ts';
import { createClaimRepository } from './claim-repository.ts';
import { createCredentialRepository } from './credential-repository.ts';
import { createExportRepository } from './export-repository.ts';
import { createNoticeRepository } from './notice-repository.ts';
import { createPeopleRepository } from './people-repository.ts';
import { createSignInRepository } from './sign-in-repository.ts';

export interface KeptConnections {
  readonly credentials: CredentialStore;
  readonly signIns: SignInStore;
  readonly people: PeopleStore;
  readonly chats: ChatStore;
  readonly audit: AuditStore;
  readonly exports: ExportStore;
  readonly notices: NoticeStore;
  readonly claims: ClaimStore;
}

/** The stores over one database. */
export const createKeptConnections = (db: () => Promise<Db>): KeptConnections => ({
  credentials: createCredentialRepository(db),
  signIns: createSignInRepository(db),
  people: createPeopleRepository(db),
  chats: createChatRepository(db),
  audit: createAuditRepository(db),
  exports: createExportRepository(db),
  notices: createNoticeRepository(db),
  claims: createClaimRepository(db),
});
