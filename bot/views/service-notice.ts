// What people are told without having asked: an account that stopped working, one that works again, one that ends soon.
import type { ServiceNotice } from '../../services/index.ts';
import type { CardData, CardView } from '../../cards/index.ts';
import { unmarked } from '../../cards/plain-text.ts';
import { button } from './button.ts';
import {
  accountName,
  GRANT_TEXT,
  problemLines,
  problemOf,
  referenceLines,
  timesOf,
} from './connection-text.ts';
import { createFormat, type Format } from './format.ts';
import type { Reader } from './reader.ts';

type Shown = Pick<CardData<'notice'>, 'title' | 'tone' | 'lines'>;

export function viewServiceNotice(notice: ServiceNotice, reader: Reader): CardView {
  const shown = show(notice, createFormat(reader));
  const { grant } = 'failed' in notice ? notice.failed : notice.credential;
  return {
    card: 'notice',
    summary: shown.title,
    data: {
      ...shown,
      fallbackText: unmarked([shown.title, ...shown.lines].join('. ')).slice(0, 1000),
      remedy: [],
      buttons: [
        button('Open this connection', 'connect.manage', { v: 1, grant }),
        button('All connections', 'connect.show', { v: 1 }),
      ],
    },
  };
}

function show(notice: ServiceNotice, format: Format): Shown {
  switch (notice.kind) {
    case 'failedOver': {
      const { failed, carriesOn } = notice;
      return {
        tone: 'warning',
        title: `A backup took over for ${GRANT_TEXT[failed.grant].reads}`,
        lines: [
          `${accountName(failed)} does not work any more.`,
          ...whatIsWrong(failed, format),
          `${accountName(carriesOn)} carried on. The sync lost nothing.`,
        ],
      };
    }
    case 'lastFailed':
      return {
        tone: 'attention',
        title: `Rollcall can no longer read ${GRANT_TEXT[notice.failed.grant].reads}`,
        lines: [
          `${accountName(notice.failed)} does not work any more, and there is no other account.`,
          ...whatIsWrong(notice.failed, format),
          'Nobody was made inactive. Syncs wait until an account works again.',
        ],
      };
    case 'recovered':
      return {
        tone: 'good',
        title: `✓ Resolved: ${GRANT_TEXT[notice.credential.grant].reads}`,
        lines: [`${accountName(notice.credential)} works again. There is nothing to do.`],
      };
    case 'expiring': {
      const { credential, daysLeft } = notice;
      const ending = timesOf(credential, format).at(-1);
      return {
        tone: daysLeft <= 7 ? 'attention' : 'warning',
        title: `A connection ends in ${format.count(daysLeft, 'day', 'days')}`,
        lines: [
          `${accountName(credential)}, which reads ${GRANT_TEXT[credential.grant].reads}.`,
          ...(credential.expiresAt === null || ending === undefined
            ? []
            : [`${ending.name} ${ending.value}.`]),
          credential.kind === 'application'
            ? 'Make a new secret or certificate in Microsoft Entra and give it to the operator of Rollcall.'
            : 'Authorize the account again before then.',
        ],
      };
    }
  }
}

function whatIsWrong(failed: Parameters<typeof problemOf>[0], format: Format): string[] {
  const problem = problemOf(failed);
  return problem === null ? [] : [...problemLines(problem), ...referenceLines(problem, format)];
}
