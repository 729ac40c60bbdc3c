// What people are told without having asked: an account that stopped working, one that works again, one that ends soon.
import type { Credential, ServiceNotice } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { unmarked } from '../../cards/plain-text.ts';
import { button } from './button.ts';
import { grantPermissions } from './connect.ts';
import {
  accountName,
  GRANT_TEXT,
  problemLines,
  problemOf,
  referenceLines,
  timesOf,
  wantsConsent,
} from './connection-text.ts';
import { createFormat, listText, type Format } from './format.ts';
import type { Reader } from './reader.ts';
import { inOrder, nobodyLeft, things, whose } from './takeover-text.ts';
import { authorizeAgain } from './whose-account.ts';

type Failure = Extract<ServiceNotice, { kind: 'failedOver' | 'lastFailed' }>;
type Takeover = Failure['takeovers'][number];
type Shown = Pick<CardData<'notice'>, 'title' | 'tone' | 'lines' | 'buttons'>;

const connections = button('Show connections', 'connect.show', { v: 1 });

export function viewServiceNotice(notice: ServiceNotice, reader: Reader): CardView {
  const shown = show(notice, createFormat(reader));
  return {
    card: 'notice',
    summary: unmarked(shown.title),
    data: {
      ...shown,
      fallbackText: unmarked([shown.title, ...shown.lines].join('. ')).slice(0, 1000),
      remedy: [],
    },
  };
}

function show(notice: ServiceNotice, format: Format): Shown {
  switch (notice.kind) {
    case 'failedOver':
    case 'lastFailed':
      return showFailure(notice, format);
    case 'recovered':
      return showRecovery(notice);
    case 'expiring':
      return showExpiry(notice.credential, notice.daysLeft, format);
  }
}

function showFailure({ failed, takeovers }: Failure, format: Format): Shown {
  const lost = takeovers.filter(({ carriesOn }) => carriesOn === null);
  const problem = problemOf(failed);
  const title = failureTitle(failed, takeovers);
  const sentence = `${whose(failed)} does not work any more`;
  return {
    tone: lost.length > 0 ? 'attention' : 'warning',
    title,
    lines: [
      ...(title === sentence ? [] : [`${sentence}.`]),
      ...(problem === null ? [] : problemLines(problem)),
      ...carriers(takeovers),
      ...(lost.length > 0 ? [nobodyLeft(lost)] : []),
      ...(problem === null ? [] : referenceLines(problem, format)),
    ],
    buttons: [
      ...(wantsConsent(failed) ? [grantPermissions] : []),
      button('Test it again', 'connect.test', { v: 1, id: failed.id }),
      connections,
    ],
  };
}

function failureTitle(failed: Credential, takeovers: readonly Takeover[]): string {
  const lost = takeovers.filter(({ carriesOn }) => carriesOn === null);
  if (lost.length > 0) return `Rollcall can no longer read ${things(lost)}`;
  const moved = takeovers.filter(({ wasReading }) => wasReading);
  if (moved.length === 0)
    return failed.kind === 'application'
      ? 'The app itself does not work any more'
      : `A backup does not work any more: ${things(takeovers)}`;
  const byApp = moved.every(({ carriesOn }) => carriesOn?.kind === 'application');
  return `${byApp ? 'The app itself' : 'A backup'} took over for ${things(moved)}`;
}

/** Who reads what now, one line for each account. */
function carriers(takeovers: readonly Takeover[]): string[] {
  const lines = new Map<string, { by: Credential; wasReading: boolean; its: Takeover[] }>();
  for (const takeover of takeovers) {
    const { carriesOn: by, wasReading } = takeover;
    if (by === null) continue;
    const key = `${by.account?.objectId ?? 'app'} ${wasReading}`;
    lines.set(key, { by, wasReading, its: [...(lines.get(key)?.its ?? []), takeover] });
  }
  return [...lines.values()].map(({ by, wasReading, its }) =>
    wasReading
      ? `${accountName(by)} carried on with ${things(its)}. Nothing was lost.`
      : `${accountName(by)} reads ${things(its)} as before.`,
  );
}

function showRecovery({ credential, grants, how }: Extract<ServiceNotice, { kind: 'recovered' }>): Shown {
  const what = grants.includes('everything') ? GRANT_TEXT.everything.reads : listText(inOrder(grants));
  return {
    tone: 'good',
    title: `✓ Resolved: ${what}`,
    lines: [
      how === 'works'
        ? `${whose(credential)} works again. There is nothing to do.`
        : `${whose(credential)} was removed and is no longer used. There is nothing to do.`,
    ],
    buttons: [connections],
  };
}

function showExpiry(credential: Credential, daysLeft: number, format: Format): Shown {
  const { kind, grant, expiresAt } = credential;
  const ending = expiresAt === null ? undefined : timesOf(credential, format).at(-1);
  const isApp = kind === 'application';
  return {
    tone: daysLeft <= 7 ? 'attention' : 'warning',
    title: `A connection ends in ${format.count(daysLeft, 'day', 'days')}`,
    lines: [
      ...(isApp ? [] : [`${whose(credential)} reads ${GRANT_TEXT[grant].reads}.`]),
      ...(ending === undefined ? [] : [`${ending.name} ${ending.value}.`]),
      ...(isApp ? ['Rollcall signs in with it, for itself and for every connected account.'] : []),
      isApp
        ? 'What to do: make a new secret or certificate in Microsoft Entra, and give it to the operator of Rollcall.'
        : `What to do: ${accountName(credential)} presses “Authorize again” and signs in, before then.`,
    ],
    buttons: [...(isApp ? [] : [authorizeAgain(credential, 'positive')]), connections],
  };
}
