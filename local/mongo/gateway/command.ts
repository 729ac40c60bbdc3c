// One command as the gateway handles it: parsed once from the wire, then handed to the row of the command table.
import { z } from 'zod';
import type { Parameter, Row } from '../postgres/protocol.ts';
import { documentsOf, shallowFields, type Fields } from './fields.ts';
import { splitDocuments, type WireRequest } from './wire.ts';

/** Runs one SQL statement on whatever connection the command belongs to. */
export type Query = (sql: string, parameters?: readonly Parameter[]) => Promise<Row[]>;

export interface ParsedCommand {
  readonly name: string;
  readonly database: string;
  /** Empty for commands that name no collection. */
  readonly collection: string;
  /** The command document as it came; PostgreSQL reads this. */
  readonly bytes: Buffer;
  /** Its fields, one level deep. */
  readonly fields: Fields;
  readonly sequences: ReadonlyMap<string, Buffer>;
  /** The session's id as hex, when the command names a session. */
  readonly session: string | undefined;
  readonly txnNumber: bigint | undefined;
  readonly isInTransaction: boolean;
  readonly startsTransaction: boolean;
}

export interface Command extends ParsedCommand {
  readonly query: Query;
}

/** Either a document as PostgreSQL gave it, or fields still to be written as one. */
export type Answer = Uint8Array | Fields;

export type Handler = (command: Command) => Answer | Promise<Answer>;

const Envelope = z.object({
  $db: z.string().default('admin'),
  lsid: z.instanceof(Uint8Array).optional(),
  txnNumber: z.bigint().optional(),
  autocommit: z.boolean().optional(),
  startTransaction: z.boolean().optional(),
});

const SessionId = z.object({ id: z.object({ buffer: z.instanceof(Uint8Array) }) });

/** A session's id as hex, from its `lsid` document. */
export const sessionIdOf = (lsid: Uint8Array): string =>
  Buffer.from(SessionId.parse(shallowFields(lsid)).id.buffer).toString('hex');

export function parseCommand(request: WireRequest): ParsedCommand {
  const fields = shallowFields(request.command);
  const { $db, lsid, txnNumber, autocommit, startTransaction } = Envelope.parse(fields);
  const [name = ''] = Object.keys(fields);
  const target = fields[name];
  return {
    name,
    database: $db,
    collection: typeof target === 'string' ? target : '',
    bytes: request.command,
    fields,
    sequences: request.sequences,
    session: lsid && sessionIdOf(lsid),
    txnNumber,
    isInTransaction: autocommit === false,
    startsTransaction: startTransaction === true,
  };
}

/** A list of documents: drivers send it as a section of its own or, when it is short, inside the command. */
export function commandDocuments({ sequences, fields }: ParsedCommand, name: string): Uint8Array[] {
  const sequence = sequences.get(name);
  return sequence ? splitDocuments(sequence) : documentsOf(fields[name]);
}

/** The column of a row that the SQL promises to be there. */
export function columnOf(rows: readonly Row[], column = 0): Buffer {
  const bytes = rows[0]?.[column];
  if (!bytes) throw new Error(`PostgreSQL gave no value in column ${column}`);
  return bytes;
}
