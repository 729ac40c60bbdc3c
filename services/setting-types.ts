// What kinds of settings there are: how each is written, and what is said when it is not. Names no setting.
import { z } from 'zod';
import { createSecret, type Secret } from './secret.ts';

/** A key that encrypts what is kept of credentials. */
export interface TokenKey {
  readonly id: string;
  /** 32 bytes, base64. */
  readonly key: Secret;
}

const text = z.string();
export const optional = text.optional();
export const guid = z.guid('must be a GUID such as 11111111-2222-3333-4444-555555555555');
export const list = optional.transform((value) =>
  (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
);

export const port = text
  .refine(
    (value) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535,
    'must be a whole number from 0 to 65535',
  )
  .transform(Number);
export const oneOf = <const Names extends readonly string[]>(names: Names) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` });

const loopback = (url: URL) => ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
const isSecure = (url: URL) => url.protocol === 'https:' || (url.protocol === 'http:' && loopback(url));
const isOrigin = (url: URL) => url.pathname === '/' && url.search === '' && url.username === '';
/** Whether the text is an address of which all of this is true. */
const isAddress = (value: string, ...tests: readonly ((url: URL) => boolean)[]) => {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return tests.every((test) => test(url));
};
const withoutSlash = (value: string) => value.replace(/\/$/, '');

export const httpsOrigin = text
  .refine(
    (value) => isAddress(value, isOrigin, (url) => url.protocol === 'https:'),
    'must be an https origin without a path, such as https://example.com',
  )
  .transform(withoutSlash)
  .optional();
export const secureOrigin = text
  .refine(
    (value) => isAddress(value, isOrigin, isSecure),
    'must be an https origin without a path (http is allowed on this machine only)',
  )
  .transform(withoutSlash)
  .optional();
export const secureAddress = text.refine(
  (value) => isAddress(value, isSecure),
  'must be an https address (http is allowed on this machine only)',
);

export const mongodbUri = text
  .refine((value) => /^mongodb(\+srv)?:\/\//.test(value), 'must begin with mongodb:// or mongodb+srv://')
  .refine(
    (value) => /^mongodb(\+srv)?:\/\/[^/]+\/[^/?]+/.test(value),
    'must contain the database name, such as mongodb://host:27017/rollcall',
  );

const tokenKey = z.string().transform((value, context) => {
  const [, id, key] = /^([A-Za-z0-9_-]+):([A-Za-z0-9+/=_-]+)$/.exec(value) ?? [];
  if (id === undefined || key === undefined || Buffer.from(key, 'base64').length !== 32) {
    context.addIssue({
      code: 'custom',
      message: 'must be a list of id:key, each key being 32 bytes in base64',
    });
    return z.NEVER;
  }
  return { id, key: createSecret(key) } satisfies TokenKey;
});

export const tokenKeys = list
  .pipe(z.array(tokenKey))
  .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'must not use an id twice');

/** An address such as 203.0.113.7, or a network such as 203.0.113.0/28. */
export const egressAddress = z.union(
  [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
  'must be a list of IP addresses or networks, such as 203.0.113.7 or 203.0.113.0/28',
);

/** A day stands for its first moment: better told a day early than a day late. */
export const isoDate = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], 'must be a date such as 2027-05-31')
  .transform((value) => new Date(value));
