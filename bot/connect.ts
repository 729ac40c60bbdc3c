// Connections: shows them, begins a sign-in, tests, reorders and removes. What an account may read is found out by the
// services; here it is asked for and shown.
import { mayDo, sameId, type Credential, type CredentialId, type Grant } from '../services/index.ts';
import type { CardView } from '../cards/index.ts';
import type { Reply } from './reply.ts';
import type { Turn } from './turn.ts';
import { viewConnect, type Banner } from './views/connect.ts';
import { accountName, credentialsOf } from './views/connection-text.ts';
import { viewManage, viewRemoveCredential } from './views/manage.ts';
import { viewNotice } from './views/notice.ts';
import { testBanner } from './views/test-banner.ts';
import { resultBanner, viewConsentLink, viewSignIn } from './views/sign-in.ts';
import { viewOthersAccount, viewOwnAccount } from './views/whose-account.ts';

export async function showConnections(turn: Turn): Promise<Reply> {
  const { services, asker, reader } = turn;
  const [connections, hasOwner] = await Promise.all([
    services.getConnections(asker.tenantId),
    turn.hasOwner(),
  ]);
  return { kind: 'card', view: viewConnect(connections, reader, null, hasOwner) };
}

export async function manageConnection(turn: Turn, grant: Grant, page = 0): Promise<Reply> {
  const { services, asker, reader } = turn;
  const connections = await services.getConnections(asker.tenantId);
  return { kind: 'card', view: viewManage(connections, grant, reader, { page }) };
}

async function viewOf({ services, asker, reader }: Turn, grant: Grant, banner?: Banner): Promise<CardView> {
  return viewManage(await services.getConnections(asker.tenantId), grant, reader, banner ? { banner } : {});
}

/** The way to Microsoft's sign-in; for the app itself only where it has to prove who asks: no administrator of Rollcall. */
export async function beginConnection(
  turn: Turn,
  grant: Grant,
  as: 'primary' | 'backup',
  again: CredentialId | null = null,
): Promise<Reply> {
  const { services, asker, connectCards } = turn;
  if (turn.isStopping()) return { kind: 'card', view: viewNotice({ kind: 'stopping' }) };
  const { tenantId, actor, conversation } = asker;
  if (grant === 'everything' && mayDo(await turn.role(), 'admin'))
    return connectCards.answer(connectApp(turn));
  if (grant !== 'everything') {
    const refusal = await refuseOthers(turn, grant, as, again);
    if (refusal !== null) return { kind: 'card', view: refusal };
  }
  const { url, signInId } = await services.beginSignIn({
    tenantId,
    actor,
    grant,
    backup: as === 'backup',
    conversationId: conversation.id,
  });
  return connectCards.offer(
    asker,
    viewSignIn({ url, grant, as, again, person: actor.displayName }),
    signInId,
  );
}

/** A sign-in makes or repairs the account of who presses: it must not push somebody else's aside unsaid. */
async function refuseOthers(
  { services, asker }: Turn,
  grant: Grant,
  as: 'primary' | 'backup',
  again: CredentialId | null,
): Promise<CardView | null> {
  const all = credentialsOf(await services.getConnections(asker.tenantId), grant);
  const presser = asker.actor.objectId;
  const own = all.find(({ account }) => account !== null && sameId(account.objectId, presser));
  const meant = all.find(({ id }) => id === again) ?? (as === 'primary' ? all[0] : undefined);
  if (meant !== undefined) return meant === own ? null : viewOthersAccount(meant);
  return own === undefined ? null : viewOwnAccount(own);
}

/** The page on which an administrator consents for the organisation; its answer changes the card. */
export async function beginConsent(turn: Turn): Promise<Reply> {
  const { services, asker, connectCards } = turn;
  if (turn.isStopping()) return { kind: 'card', view: viewNotice({ kind: 'stopping' }) };
  const { tenantId, actor, conversation } = asker;
  const { url, signInId } = await services.beginConsent({
    tenantId,
    actor,
    conversationId: conversation.id,
  });
  return connectCards.offer(asker, viewConsentLink(url), signInId);
}

async function connectApp(turn: Turn): Promise<CardView> {
  const { tenantId, actor, conversation } = turn.asker;
  const result = await turn.services.connectApp({ tenantId, actor, conversationId: conversation.id });
  return viewOf(turn, 'everything', resultBanner(result, turn.reader));
}

const gone: CardView = viewNotice({ kind: 'connectionGone' });

export function testConnection(turn: Turn, id: CredentialId): Promise<Reply> {
  const test = async () => {
    const before = await findCredential(turn, id);
    return before === null ? gone : showTests(turn, before.grant, [before]);
  };
  return turn.connectCards.answer(test());
}

export function testConnections(turn: Turn, grant: Grant): Promise<Reply> {
  const test = async () => {
    const { grants } = await turn.services.getConnections(turn.asker.tenantId);
    const all = grants.filter((one) => one.grant === grant).flatMap(({ credentials }) => credentials);
    return showTests(turn, grant, all);
  };
  return turn.connectCards.answer(test());
}

async function showTests(turn: Turn, grant: Grant, all: readonly Credential[]): Promise<CardView> {
  const { tenantId, actor, conversation } = turn.asker;
  const tested = await Promise.all(
    all.map(async (before) => {
      const after = await turn.services.testCredential(tenantId, before.id, actor, conversation.id);
      return after && { before, after };
    }),
  );
  return viewOf(turn, grant, testBanner(tested.filter((one) => one !== null)) ?? undefined);
}

export async function makePrimary(turn: Turn, id: CredentialId): Promise<Reply> {
  const { services, asker } = turn;
  const moved = await services.makePrimary(asker.tenantId, id, asker.actor, asker.conversation.id);
  if (moved === null) return { kind: 'card', view: gone };
  const banner: Banner = { tone: 'good', title: 'Now the primary', lines: [accountName(moved)] };
  return { kind: 'card', view: await viewOf(turn, moved.grant, banner) };
}

export async function askToRemove(turn: Turn, id: CredentialId): Promise<Reply> {
  const found = await findCredential(turn, id);
  return { kind: 'card', view: found === null ? gone : viewRemoveCredential(found) };
}

/** Pressed twice, the second finds nothing to remove and shows how it is now. */
export async function removeConnection(turn: Turn, id: CredentialId): Promise<Reply> {
  const { services, asker, reader } = turn;
  const found = await findCredential(turn, id);
  if (found === null) return { kind: 'card', view: gone };
  await services.removeCredential(asker.tenantId, id, asker.actor, asker.conversation.id);
  const banner: Banner = { tone: 'good', title: 'Removed', lines: [accountName(found)] };
  const connections = await services.getConnections(asker.tenantId);
  return { kind: 'card', view: viewConnect(connections, reader, banner) };
}

async function findCredential({ services, asker }: Turn, id: CredentialId): Promise<Credential | null> {
  const { grants } = await services.getConnections(asker.tenantId);
  return grants.flatMap(({ credentials }) => credentials).find((one) => one.id === id) ?? null;
}
