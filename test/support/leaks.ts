// Looks for secrets where none may be: the log, the database and everything that was said. Every end-to-end stack is
// searched when it ends, so that no test has to remember it.
import { existsSync, readFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';

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

/** Kinds of secret in a text; `known` are secrets of this process, by what they are. */
export function findLeaks(
  place: string,
  text: string,
  known: Readonly<Record<string, string>> = {},
): readonly Leak[] {
  const shaped = SHAPES.filter(([, shape]) => shape.test(text)).map(([kind]) => ({ place, kind }));
  const named = Object.entries(known)
    .filter(([, secret]) => secret !== '' && text.includes(secret))
    .map(([kind]) => ({ place, kind }));
  return [...shaped, ...named];
}

export interface SearchedPlaces {
  readonly logPath: string;
  readonly mongodbUri: string;
  /** Origin of the chat page. */
  readonly chatOrigin: string;
  readonly known: Readonly<Record<string, string>>;
}

/** Everything that a stack has left behind. */
export async function searchLeaks(places: SearchedPlaces): Promise<readonly Leak[]> {
  const log = existsSync(places.logPath) ? readFileSync(places.logPath, 'utf8') : '';
  const transcript = await (await fetch(`${places.chatOrigin}/api/transcript`)).text();
  const leaks = [
    ...findLeaks('the log', log, places.known),
    ...findLeaks('the chat', transcript, places.known),
  ];
  const client = new MongoClient(places.mongodbUri);
  try {
    for (const { name } of await client.db().listCollections().toArray()) {
      for await (const document of client.db().collection(name).find())
        leaks.push(...findLeaks(`the collection ${name}`, JSON.stringify(document), places.known));
    }
  } finally {
    await client.close();
  }
  return leaks;
}
