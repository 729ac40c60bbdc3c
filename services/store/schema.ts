// What rows of the collections table are made of: validators, indexes, retention. Names no collection.

/** Part of JSON schema that MongoDB knows; see MongoDB docs: $jsonSchema. */
export interface Schema {
  readonly bsonType?: string | readonly string[];
  readonly enum?: readonly (string | null)[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly maxLength?: number;
  readonly minimum?: number;
}

export interface IndexRow {
  readonly name: string;
  /** Ascending always: a unique index with a descending field is not kept strictly by every engine. */
  readonly key: Readonly<Record<string, 1>>;
  readonly unique?: true;
  /** Only documents that fit are in the index. */
  readonly partialFilterExpression?: Readonly<Record<string, true>>;
  /** Seconds after the date in the (only) field when a document is forgotten. */
  readonly expireAfterSeconds?: number;
}

export interface CollectionRow {
  readonly name: string;
  readonly validator: Schema;
  readonly indexes: readonly IndexRow[];
  /** For people: how long a document stays. */
  readonly retention: string;
}

export const text: Schema = { bsonType: 'string' };
export const id: Schema = { bsonType: 'string', maxLength: 64 };
export const key: Schema = { bsonType: 'string', maxLength: 256 };
export const count: Schema = { bsonType: ['int', 'long', 'double'], minimum: 0 };
export const date: Schema = { bsonType: 'date' };
export const flag: Schema = { bsonType: 'bool' };
export const list: Schema = { bsonType: 'array' };
export const map: Schema = { bsonType: 'object' };
export const orNull = (type: string): Schema => ({ bsonType: [type, 'null'] });
export const oneOf = (...values: string[]): Schema => ({ enum: values });

/** All properties are required unless named in `optional`. (DocumentDB has no `additionalProperties`.) */
export function object(properties: Record<string, Schema>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { bsonType: 'object', required, properties };
}
