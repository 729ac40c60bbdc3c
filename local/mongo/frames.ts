// Cuts a byte stream into frames that carry their own length. Knows nothing of what is inside a frame: both wire
// protocols of the gateway (MongoDB's and PostgreSQL's) are read through it.

export interface FrameFormat {
  /** Bytes that must have arrived before the length of a frame is known. */
  readonly headBytes: number;
  /** The length of the whole frame, head included, read from its first bytes. */
  frameBytes(head: Buffer): number;
  /** A longer frame is an attack or a broken peer; the splitter throws instead of collecting it. */
  readonly maxFrameBytes: number;
}

/**
 * Returns a function that takes chunks as they arrive and calls `onFrame` for each complete frame, in order.
 * It throws when a frame states an impossible length; the stream cannot be read any further then.
 */
export function createFrameSplitter(
  format: FrameFormat,
  onFrame: (frame: Buffer) => void,
): (chunk: Buffer) => void {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let neededBytes = format.headBytes;

  return (chunk) => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    // Joining only when a frame is complete keeps a message of 48 MB from being copied for each of its chunks.
    if (waitingBytes < neededBytes) return;
    const bytes = waiting.length === 1 ? chunk : Buffer.concat(waiting);
    let start = 0;
    neededBytes = format.headBytes;
    while (bytes.length - start >= format.headBytes) {
      const frameBytes = format.frameBytes(bytes.subarray(start, start + format.headBytes));
      if (frameBytes < format.headBytes || frameBytes > format.maxFrameBytes) {
        throw new RangeError(
          `Expected a frame of at most ${format.maxFrameBytes} bytes, got one of ${frameBytes}`,
        );
      }
      if (bytes.length - start < frameBytes) {
        neededBytes = frameBytes;
        break;
      }
      onFrame(bytes.subarray(start, start + frameBytes));
      start += frameBytes;
    }
    waiting = start < bytes.length ? [bytes.subarray(start)] : [];
    waitingBytes = bytes.length - start;
  };
}
