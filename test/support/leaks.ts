// Looks for secrets where none may be: the log, the database and everything that was said. Every end-to-end stack is
// searched when it ends, so that no test has to remember it: for what secrets look like, and for exactly those codes,
// verifiers and tokens that the local Microsoft saw.
import { existsSync, readFileSync } from 'node:fs';
import { Binary, MongoClient } from 'mongodb';
import { z } from 'zod';

/** Where something was found; never what, so that the finding does not repeat it. */
export interface Leak {
  readonly place: string;
  readonly kind: string;
}

/** What secrets look like: those of the local Microsoft, and tokens anywhere. */
const SHAPES: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['a signed token', /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/u],
  // Codes and refresh tokens of the local Entra begin like the real ones.
  ['a code or refresh token', /\b0\.AX[\w-]{20,}/u],
  ['an authorization header', /Bearer [\w.~+/-]{16,}/u],
  ['a code verifier', /"code_verifier"|code_verifier=/u],
];

/** A secret, and what it is. */
export interface KnownSecret {
  readonly kind: string;
  readonly value: string;
}

/** Kinds of secret in a text, each once. */
export function findLeaks(place: string, text: string, known: readonly KnownSecret[] = []): readonly Leak[] {
  const shaped = SHAPES.filter(([, shape]) => shape.test(text)).map(([kind]) => kind);
  const named = known.filter(({ value }) => value !== '' && text.includes(value)).map(({ kind }) => kind);
  return [...new Set([...shaped, ...named])].map((kind) => ({ place, kind }));
}

export interface SearchedPlaces {
  readonly logPath: string;
  readonly mongodbUri: string;
  /** Origin of the chat page. */
  readonly chatOrigin: string;
  /** Origin of the control API of the local Microsoft, which knows what it gave and was sent. */
  readonly controlUrl: string;
  /** Secrets of the settings, by what they are. */
  readonly known: Readonly<Record<string, string>>;
}

const seenShape = z.array(z.object({ kind: z.string(), value: z.string() }));
/** Documents that are searched as one text: asking one by one for each of many secrets is slow. */
const AT_ONCE = 500;

/** Everything that a stack has left behind. */
export async function searchLeaks(places: SearchedPlaces): Promise<readonly Leak[]> {
  const log = existsSync(places.logPath) ? readFileSync(places.logPath, 'utf8') : '';
  const transcript = await (await fetch(`${places.chatOrigin}/api/transcript`)).text();
  const seen = seenShape.parse(await (await fetch(`${places.controlUrl}/secrets`)).json());
  const settings = Object.entries(places.known).map(([kind, value]) => ({ kind, value }));
  const known = [...settings, ...seen];
  const leaks = [...findLeaks('the log', log, known), ...findLeaks('the chat', transcript, known)];
  const client = new MongoClient(places.mongodbUri);
  try {
    for (const { name } of await client.db().listCollections().toArray()) {
      let texts: string[] = [];
      const search = () => {
        leaks.push(...findLeaks(`the collection ${name}`, texts.join('\n'), known));
        texts = [];
      };
      for await (const document of client.db().collection(name).find()) {
        texts.push(legible(document));
        if (texts.length >= AT_ONCE) search();
      }
      search();
    }
  } finally {
    await client.close();
  }
  return leaks;
}

/** A document as text; bytes as well, which JSON shows in base64 only. */
const legible = (document: unknown): string => [JSON.stringify(document), ...bytesOf(document)].join('\n');

function bytesOf(value: unknown): readonly string[] {
  if (value instanceof Binary) return [Buffer.from(value.buffer).toString('latin1')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bytesOf) : [];
}
