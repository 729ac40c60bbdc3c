// MongoDB's wire protocol: OP_MSG in and out, and the OP_QUERY with which older handshakes begin. Pure: sockets are
// elsewhere, and commands stay bytes, because PostgreSQL parses them. (MongoDB docs: "MongoDB Wire Protocol".)
import { serialize } from 'bson';
import type { FrameFormat } from '../frames.ts';

const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;

/** The largest message that the gateway says it takes, in bytes; drivers split above it. */
export const MAX_MESSAGE_BYTES = 48_000_000;

export const wireMessages: FrameFormat = {
  headBytes: 16,
  frameBytes: (head) => head.readInt32LE(0),
  maxFrameBytes: MAX_MESSAGE_BYTES,
};

export interface WireRequest {
  readonly requestId: number;
  /** Came as OP_QUERY and is answered by OP_REPLY. */
  readonly isLegacy: boolean;
  /** False when the client waits for no answer (write concern w: 0). */
  readonly wantsReply: boolean;
  /** The command document as it came. */
  readonly command: Buffer;
  /** Kind-1 sections by name ("documents", "updates", "deletes", "ops", "nsInfo"): documents end to end. */
  readonly sequences: ReadonlyMap<string, Buffer>;
}

/** Reads one message; throws on an opcode that no driver of today sends, and on a message that does not add up. */
export function parseRequest(message: Buffer): WireRequest {
  const requestId = message.readInt32LE(4);
  const opcode = message.readInt32LE(12);
  if (opcode === OP_QUERY)
    return {
      requestId,
      isLegacy: true,
      wantsReply: true,
      command: legacyCommand(message),
      sequences: new Map(),
    };
  if (opcode !== OP_MSG) throw new RangeError(`Expected an OP_MSG, got opcode ${opcode}`);

  const flags = message.readUInt32LE(16);
  const end = message.length - ((flags & CHECKSUM_PRESENT) === 0 ? 0 : 4);
  const sequences = new Map<string, Buffer>();
  let command: Buffer | undefined;
  for (let at = 20; at < end;) {
    const kind = message.readUInt8(at);
    const section = sized(message, at + 1);
    if (kind === 0) command = section;
    else {
      const nameEnd = section.indexOf(0, 4);
      if (nameEnd < 0) throw new RangeError('A section of the message has no name');
      sequences.set(section.toString('utf8', 4, nameEnd), section.subarray(nameEnd + 1));
    }
    at += 1 + section.length;
  }
  if (!command) throw new RangeError('The message holds no command');
  return { requestId, isLegacy: false, wantsReply: (flags & MORE_TO_COME) === 0, command, sequences };
}

/** The answer to a request, in parts, so that a page of documents is never copied. */
export function formatReply(
  request: WireRequest,
  answer: Uint8Array | Readonly<Record<string, unknown>>,
): Uint8Array[] {
  const body = answer instanceof Uint8Array ? answer : serialize(answer);
  const head = Buffer.alloc(request.isLegacy ? 36 : 21);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(request.requestId, 8);
  head.writeInt32LE(request.isLegacy ? OP_REPLY : OP_MSG, 12);
  // One document; flags, cursor and start are zero, and so are the flags and section kind of an OP_MSG.
  if (request.isLegacy) head.writeInt32LE(1, 32);
  return [head, body];
}

/** The documents of a kind-1 section. */
export function splitDocuments(sequence: Buffer): Buffer[] {
  const documents: Buffer[] = [];
  for (let at = 0; at < sequence.length;) {
    const document = sized(sequence, at);
    documents.push(document);
    at += document.length;
  }
  return documents;
}

/** The query of an OP_QUERY: it follows flags, the collection's name and two counts. */
function legacyCommand(message: Buffer): Buffer {
  const nameEnd = message.indexOf(0, 20);
  return sized(message, nameEnd + 9);
}

/** Something that begins with its own length, as documents and sections do. */
function sized(bytes: Buffer, at: number): Buffer {
  const length = bytes.readInt32LE(at);
  if (length < 5 || at + length > bytes.length)
    throw new RangeError(`A part of ${length} bytes does not fit into the message`);
  return bytes.subarray(at, at + length);
}
