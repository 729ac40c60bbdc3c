// The audit trail as a file: a link for one person, once, for five minutes, and what stands behind it. Knows nothing of
// HTTP or cards.
import type { Clock } from './ambient.ts';
import type { TenantId } from './directory/ids.ts';
import type { AuditStore, ExportStore } from './directory/people-store.ts';
import { mayDo, type AuditEntry } from './directory/person.ts';
import type { Actor } from './directory/run.ts';
import { hashOneTimeText, makeOneTimeText } from './one-time-text.ts';
import type { PeopleService } from './people.ts';

const OFFER_MS = 5 * 60_000;

export interface OfferExport {
  readonly tenantId: TenantId;
  readonly actor: Actor;
  readonly conversationId: string;
}

export interface AuditFile {
  readonly fileName: string;
  /** CSV (RFC 4180), oldest first, each with its line end. Fails when the database does. */
  readonly lines: AsyncIterable<string>;
}

export interface AuditExport {
  /** A link that works once. */
  offerAuditExport(request: OfferExport): Promise<{ readonly url: string; readonly expiresAt: Date }>;
  /** Whether the link would work now; uses nothing up, because programs look at links before people do. */
  isAuditExportOpen(token: string): Promise<boolean>;
  /** Null when the link was used, is late, was never given, or its person is no administrator any more. */
  redeemAuditExport(token: string): Promise<AuditFile | null>;
}

export interface AuditExportOptions {
  readonly exports: ExportStore;
  readonly audit: AuditStore;
  readonly people: Pick<PeopleService, 'roleOf' | 'audited'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly publicUrl: string;
}

/** Offers and gives out the audit trail of a tenant. */
export function createAuditExport(options: AuditExportOptions): AuditExport {
  const { exports, audit, people, clock, publicUrl } = options;
  return {
    offerAuditExport: async ({ tenantId, actor, conversationId }) => {
      const token = makeOneTimeText();
      const expiresAt = new Date(clock.now().getTime() + OFFER_MS);
      await exports.insert(hashOneTimeText(token), { tenantId, actor, conversationId, expiresAt });
      return { url: `${publicUrl}/export/${token}`, expiresAt };
    },
    isAuditExportOpen: (token) => exports.isOpen(hashOneTimeText(token), clock.now()),
    redeemAuditExport: async (token) => {
      const now = clock.now();
      const offer = await exports.take(hashOneTimeText(token), now);
      if (offer === null) return null;
      const { tenantId, actor, conversationId } = offer;
      const line = { tenantId, actor, action: 'audit.exported', target: null, conversationId };
      const allowed = await people.audited(
        line,
        async () => mayDo(await people.roleOf(tenantId, actor.objectId), 'admin'),
        (granted) => ({ result: granted ? 'done' : 'refused' }),
      );
      if (!allowed) return null;
      return {
        fileName: `rollcall-audit-${now.toISOString().slice(0, 10)}.csv`,
        lines: toCsv(audit.stream(tenantId)),
      };
    },
  };
}

const HEADER = [
  'time',
  'actor',
  'actorId',
  'action',
  'target',
  'before',
  'after',
  'result',
  'conversation',
  'times',
];

/** With a byte order mark: Excel takes the file for another encoding without it. */
async function* toCsv(entries: AsyncIterable<AuditEntry>): AsyncIterable<string> {
  yield `\uFEFF${HEADER.join(',')}\r\n`;
  for await (const entry of entries) yield csvLine(entry);
}

/** One entry as a line of the file. */
export function csvLine({
  at,
  actor,
  action,
  target,
  before,
  after,
  result,
  conversationId,
  times,
}: AuditEntry): string {
  const cells = [
    at.toISOString(),
    actor?.displayName,
    actor?.objectId,
    action,
    target,
    before,
    after,
    result,
  ];
  return `${[...cells, conversationId, String(times ?? 1)].map((cell) => csvCell(cell ?? '')).join(',')}\r\n`;
}

/** A name that begins like a formula would be run by a spreadsheet (OWASP: CSV injection). */
function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
