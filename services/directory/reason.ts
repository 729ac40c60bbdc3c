// Why a user or group is inactive. Every reason that applies is kept, in the order of REASON_ORDER, so that
// "why is she inactive?" and "what would have to change?" are answered from the same value.
import type { ObjectId } from './ids.ts';

export type Reason =
  | { readonly kind: 'disabled' }
  | { readonly kind: 'deleted' }
  | { readonly kind: 'domainNotIncluded'; readonly domain: string }
  | { readonly kind: 'guest' }
  /** `path` leads from the group that the user is a direct member of to the group on the list. */
  | { readonly kind: 'memberOfDeniedGroup'; readonly groupId: ObjectId; readonly path: readonly ObjectId[] }
  | { readonly kind: 'memberOfNoAllowedGroup' }
  /** Groups only. */
  | { readonly kind: 'noMail' }
  | { readonly kind: 'prefixNotIncluded' };

export type ReasonKind = Reason['kind'];

export const REASON_ORDER = [
  'disabled',
  'deleted',
  'domainNotIncluded',
  'guest',
  'memberOfDeniedGroup',
  'memberOfNoAllowedGroup',
  'noMail',
  'prefixNotIncluded',
] as const satisfies readonly ReasonKind[];
