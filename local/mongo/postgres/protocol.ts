// The bytes of PostgreSQL's frontend/backend protocol 3 that the gateway needs: messages out, messages in. Pure; the
// connection that sends and receives them is elsewhere. (PostgreSQL docs: "Message Formats".)
import type { FrameFormat } from '../frames.ts';

/** A value of a statement's parameter. Text is sent as UTF-8, bytes as they are (BSON needs no cast), null as NULL. */
export type Parameter = Uint8Array | string | null;

/** One row; every column as the bytes of its binary form, or null. */
export type Row = readonly (Buffer | null)[];

/** An error or notice of the server: field letter to text ("C" SQLSTATE, "M" message, "D" detail, "n" constraint). */
export type ErrorFields = ReadonlyMap<string, string>;

const PROTOCOL_3_0 = 196_608;
const BINARY = 1;

/** Messages from the server: a type byte, then a length that counts itself. Pages of documents end at 48 MB. */
export const serverMessages: FrameFormat = {
  headBytes: 5,
  frameBytes: (head) => head.readInt32BE(1) + 1,
  maxFrameBytes: 1 << 30,
};

export function startupMessage(options: Readonly<Record<string, string>>): Buffer {
  const body = Buffer.concat([
    int32(PROTOCOL_3_0),
    ...Object.entries(options).flatMap(([key, value]) => [cString(key), cString(value)]),
    Buffer.alloc(1),
  ]);
  return Buffer.concat([int32(body.length + 4), body]);
}

export const simpleQuery = (sql: string): Uint8Array[] => message('Q', cString(sql));

export const terminate = (): Uint8Array[] => message('X');

export const parseStatement = (name: string, sql: string): Uint8Array[] =>
  message('P', cString(name), cString(sql), int16(0));

/** Runs a prepared statement; all parameters go out and all columns come back in binary. */
export function executeStatement(name: string, parameters: readonly Parameter[]): Uint8Array[] {
  const values = parameters.flatMap((parameter) => {
    if (parameter === null) return [int32(-1)];
    const bytes = typeof parameter === 'string' ? Buffer.from(parameter) : parameter;
    return [int32(bytes.length), bytes];
  });
  return [
    ...message(
      'B',
      cString(''),
      cString(name),
      int16(1),
      int16(BINARY),
      int16(parameters.length),
      ...values,
      int16(1),
      int16(BINARY),
    ),
    ...message('E', cString(''), int32(0)),
    ...message('S'),
  ];
}

/** The columns of a DataRow message. */
export function parseRow(body: Buffer): Row {
  const row: (Buffer | null)[] = [];
  let at = 2;
  for (let columns = body.readInt16BE(0); columns > 0; columns--) {
    const length = body.readInt32BE(at);
    at += 4;
    row.push(length < 0 ? null : body.subarray(at, at + length));
    at += Math.max(length, 0);
  }
  return row;
}

/** The fields of an ErrorResponse message. */
export function parseErrorFields(body: Buffer): ErrorFields {
  const fields = body.toString('utf8').split('\0');
  return new Map(fields.filter((field) => field !== '').map((field) => [field.slice(0, 1), field.slice(1)]));
}

/** One message in parts, so that a large parameter is never copied. */
function message(type: string, ...parts: Uint8Array[]): Uint8Array[] {
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(4 + parts.reduce((bytes, part) => bytes + part.length, 0), 1);
  return [head, ...parts];
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

const cString = (text: string): Buffer => Buffer.from(`${text}\0`);
