// Texts that stand for something once, such as OAuth's `state` or a link to a file: made by chance, and kept as a hash, so
// that who reads the database cannot use them.
import { createHash, randomBytes } from 'node:crypto';

/** 256 bits, in 43 characters that an address takes as they are. */
export const makeOneTimeText = (): string => randomBytes(32).toString('base64url');

export const hashOneTimeText = (text: string): string => createHash('sha256').update(text).digest('hex');
