// The way of the audit trail to a browser: a page with one button, and the file behind it. Looking at the page uses
// nothing up, because programs open links before people do; pressing does.
import { toAppError, type AuditFile, type Log, type Services } from '../services/index.ts';
import { drawPage, SOMETHING_WRONG } from './callback-page.ts';
import { PAGE_HEADERS } from './page.ts';

/** Random text of a link: base64url of 32 bytes. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

const FORM_HEADERS = {
  ...PAGE_HEADERS,
  'Content-Security-Policy': (PAGE_HEADERS['Content-Security-Policy'] ?? '').replace(
    "form-action 'none'",
    "form-action 'self'",
  ),
};

const NOT_OPEN = {
  title: 'This link no longer works',
  lines: ['Each link works once, for five minutes. Type “audit” in Teams and press “Export” for a new one.'],
};
const READY = {
  title: 'Audit trail of Rollcall',
  lines: ['Everything that was done, as a table for Excel and the like. This works once.'],
};
const FORM = '  <form method="post"><button>Download (CSV)</button></form>\n</main>';

export interface ExportPage {
  readonly status: 200 | 404 | 503;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ExportParts {
  readonly services: Pick<Services, 'isAuditExportOpen' | 'redeemAuditExport'>;
  readonly log: Log;
}

/** The page with the button. Never rejects. */
export async function showExport({ services, log }: ExportParts, token: string): Promise<ExportPage> {
  try {
    if (!TOKEN.test(token) || !(await services.isAuditExportOpen(token))) return notOpen;
    return { status: 200, html: drawPage(READY).replace('</main>', FORM), headers: FORM_HEADERS };
  } catch (error) {
    return wentWrong(log, error);
  }
}

/** The file, or the page that says why there is none. Never rejects; reading the lines may. */
export async function fetchExport(
  { services, log }: ExportParts,
  token: string,
): Promise<AuditFile | ExportPage> {
  try {
    const file = TOKEN.test(token) ? await services.redeemAuditExport(token) : null;
    return file ?? notOpen;
  } catch (error) {
    return wentWrong(log, error);
  }
}

export const fileHeaders = ({ fileName }: AuditFile): Readonly<Record<string, string>> => ({
  'Content-Type': 'text/csv; charset=utf-8',
  'Content-Disposition': `attachment; filename="${fileName}"`,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
});

const notOpen: ExportPage = { status: 404, html: drawPage(NOT_OPEN), headers: PAGE_HEADERS };

function wentWrong(log: Log, error: unknown): ExportPage {
  log.error('export-failed', { code: toAppError(error).code }, error);
  return { status: 503, html: drawPage(SOMETHING_WRONG), headers: PAGE_HEADERS };
}
