// MongoDB's wire protocol as bytes: frames out of chunks, sections out of messages, replies.
import assert from 'node:assert/strict';
import { deserialize, serialize } from 'bson';
import fc from 'fast-check';
import { createFrameSplitter, type FrameFormat } from '../../../local/mongo/frames.ts';
import {
  formatReply,
  MAX_MESSAGE_BYTES,
  parseRequest,
  splitDocuments,
  wireMessages,
} from '../../../local/mongo/gateway/wire.ts';

const OP_MSG = 2013;
const OP_QUERY = 2004;

function message(opcode: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + body.length, 0);
  head.writeInt32LE(77, 4);
  head.writeInt32LE(opcode, 12);
  return Buffer.concat([head, body]);
}

const flags = (value: number) => Buffer.from([value, 0, 0, 0]);
const body = (document: Record<string, unknown>) => Buffer.concat([Buffer.from([0]), serialize(document)]);

function sequence(name: string, ...documents: Record<string, unknown>[]): Buffer {
  const content = Buffer.concat([
    Buffer.from(`${name}\0`),
    ...documents.map((document) => serialize(document)),
  ]);
  const head = Buffer.from([1, 0, 0, 0, 0]);
  head.writeInt32LE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

describe('frames', () => {
  const format: FrameFormat = {
    headBytes: 2,
    frameBytes: (head) => head.readUInt16BE(0),
    maxFrameBytes: 400,
  };
  const frame = (content: Uint8Array) => {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(content.length + 2);
    return Buffer.concat([head, content]);
  };

  it('come out whole and in order, however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 })),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (contents, cuts) => {
          const stream = Buffer.concat(contents.map(frame));
          const seen: Buffer[] = [];
          const split = createFrameSplitter(format, (whole) => seen.push(Buffer.from(whole)));
          for (let at = 0, cut = 0; at < stream.length; cut++) {
            const length = cuts[cut % cuts.length] ?? 1;
            split(stream.subarray(at, at + length));
            at += length;
          }
          assert.deepEqual(seen, contents.map(frame));
        },
      ),
    );
  });

  it('are refused when they state an impossible length', () => {
    const split = createFrameSplitter(format, () => assert.fail('no frame expected'));
    assert.throws(() => split(Buffer.from([0, 1])), RangeError);
    const other = createFrameSplitter(format, () => assert.fail('no frame expected'));
    assert.throws(() => other(Buffer.from([0xff, 0xff])), /at most 400 bytes/);
  });

  it('of the wire protocol end where the gateway says so', () => {
    const split = createFrameSplitter(wireMessages, () => undefined);
    const head = Buffer.alloc(16);
    head.writeInt32LE(MAX_MESSAGE_BYTES + 1, 0);
    assert.throws(() => split(head), RangeError);
  });
});

describe('wire protocol', () => {
  it('reads a command, its sections and its flags', () => {
    const bytes = message(
      OP_MSG,
      Buffer.concat([
        flags(2),
        body({ insert: 'users', $db: 'd' }),
        sequence('documents', { _id: 1 }, { _id: 2 }),
      ]),
    );
    const request = parseRequest(bytes);
    assert.deepEqual(deserialize(request.command), { insert: 'users', $db: 'd' });
    assert.deepEqual([request.requestId, request.isLegacy, request.wantsReply], [77, false, false]);
    const documents = splitDocuments(request.sequences.get('documents') ?? Buffer.alloc(0));
    assert.deepEqual(
      documents.map((document) => deserialize(document)),
      [{ _id: 1 }, { _id: 2 }],
    );
  });

  it('reads sections in any order and leaves a checksum alone', () => {
    const bytes = message(
      OP_MSG,
      Buffer.concat([
        flags(1),
        sequence('updates', { q: {} }),
        body({ update: 'users' }),
        Buffer.alloc(4, 0xff),
      ]),
    );
    const request = parseRequest(bytes);
    assert.deepEqual(deserialize(request.command), { update: 'users' });
    assert.equal(request.wantsReply, true);
    assert.deepEqual([...request.sequences.keys()], ['updates']);
  });

  it('reads the OP_QUERY of an old handshake and answers it in kind', () => {
    const content = Buffer.concat([
      flags(0),
      Buffer.from('admin.$cmd\0'),
      Buffer.alloc(8),
      serialize({ isMaster: 1 }),
    ]);
    const request = parseRequest(message(OP_QUERY, content));
    assert.equal(request.isLegacy, true);
    assert.deepEqual(deserialize(request.command), { isMaster: 1 });
    const reply = Buffer.concat(formatReply(request, { ok: 1 }));
    assert.deepEqual(
      [reply.readInt32LE(0), reply.readInt32LE(8), reply.readInt32LE(12), reply.readInt32LE(32)],
      [reply.length, 77, 1, 1],
    );
    assert.deepEqual(deserialize(reply.subarray(36)), { ok: 1 });
  });

  it('answers an OP_MSG with fields or with bytes as they are', () => {
    const request = parseRequest(message(OP_MSG, Buffer.concat([flags(0), body({ ping: 1 })])));
    const fromFields = Buffer.concat(formatReply(request, { ok: 1 }));
    const fromBytes = Buffer.concat(formatReply(request, serialize({ ok: 1 })));
    assert.deepEqual(fromFields, fromBytes);
    assert.deepEqual(
      [fromFields.readInt32LE(0), fromFields.readInt32LE(8), fromFields.readInt32LE(12), fromFields[20]],
      [fromFields.length, 77, OP_MSG, 0],
    );
    assert.deepEqual(deserialize(fromFields.subarray(21)), { ok: 1 });
  });

  it('refuses messages that do not add up', () => {
    const broken = [
      message(1, Buffer.alloc(20)),
      message(OP_MSG, flags(0)),
      message(OP_MSG, Buffer.concat([flags(0), Buffer.from([0, 0xff, 0xff, 0xff, 0x7f])])),
      message(OP_MSG, Buffer.concat([flags(0), Buffer.from([0, 0, 0, 0, 0])])),
      message(OP_MSG, Buffer.concat([flags(0), Buffer.from([1, 6, 0, 0, 0, 65, 66])])),
    ];
    for (const bytes of broken) assert.throws(() => parseRequest(bytes), RangeError);
  });

  it('never hangs on and never accepts a message of noise without throwing or answering', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 60 }), (noise) => {
        try {
          assert.ok(parseRequest(message(OP_MSG, noise)).command.length >= 5);
        } catch (error) {
          assert.ok(error instanceof RangeError, String(error));
        }
      }),
    );
  });
});
