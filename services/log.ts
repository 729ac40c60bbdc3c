// JSON-line logs. Event names are constants and data stands in fields, so that logs can be counted; no names,
// mail addresses or message text (ids are enough to find them). Not for audit: that is data, in the store.
import { pino, stdTimeFunctions, type DestinationStream } from 'pino';
import { AppError } from './errors.ts';
import type { Secret } from './secret.ts';

export type LogValue = string | number | boolean | null | undefined | Secret | readonly LogValue[];
export type LogFields = Readonly<Record<string, LogValue>>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** error: somebody must act now; warn: look at it when you pass by; info: what happened; debug: how. */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields, error?: unknown): void;
  error(event: string, fields?: LogFields, error?: unknown): void;
  /** A log that adds these fields to every line, for example `runId` or `turnId`. */
  with(fields: LogFields): Log;
}

/** Writes JSON lines to standard output, or to the given stream. */
export function createLog(level: LogLevel, stream?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    messageKey: 'event',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return wrap(stream ? pino(options, stream) : pino(options));
}

type Sink = ReturnType<typeof pino>;

function wrap(sink: Sink): Log {
  return {
    debug: (event, fields = {}) => sink.debug(fields, event),
    info: (event, fields = {}) => sink.info(fields, event),
    warn: (event, fields = {}, error) => sink.warn({ ...fields, ...describeError(error) }, event),
    error: (event, fields = {}, error) => sink.error({ ...fields, ...describeError(error) }, event),
    with: (fields) => wrap(sink.child(fields)),
  };
}

/** What may be logged of an error: our own errors by code and details, foreign ones by class and stack. */
function describeError(error: unknown): LogFields {
  if (error === undefined) return {};
  if (error instanceof AppError) {
    const cause = error.cause instanceof Error ? `${error.cause.name}: ${error.cause.message}` : undefined;
    return { ...error.details, code: error.code, kind: error.kind, cause };
  }
  if (error instanceof Error)
    return { errorName: error.name, errorMessage: error.message, stack: error.stack };
  return { errorName: typeof error };
}
