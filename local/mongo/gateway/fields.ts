// Reads single fields of BSON documents whose shape is not known, without trusting them. What a command means is not
// known here.
import { deserialize } from 'bson';

export type Fields = Readonly<Record<string, unknown>>;

/** One level of a document: nested documents stay bytes, 64-bit integers become bigint. */
export const shallowFields = (document: Uint8Array): Fields =>
  deserialize(document, { raw: true, useBigInt64: true });

/** The whole document as plain JavaScript values. */
export const deepFields = (document: Uint8Array): Fields => deserialize(document);

/** The whole document with every BSON type kept, to be written again unchanged. */
export const exactFields = (document: Uint8Array): Fields =>
  deserialize(document, { promoteValues: false, promoteBuffers: false, bsonRegExp: true });

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value as fields; none when it is something else. */
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Integers come as number, bigint or a BSON wrapper, depending on how the document was read. */
export const numberOf = (value: unknown): number =>
  value === undefined || value === null ? 0 : Number(value);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const documentsOf = (value: unknown): Uint8Array[] =>
  listOf(value).filter((item) => item instanceof Uint8Array);

/** The value at a dotted path. */
export function valueAt(fields: Fields, path: string): unknown {
  if (path in fields) return fields[path];
  return path.split('.').reduce<unknown>((value, name) => fieldsOf(value)[name], fields);
}
