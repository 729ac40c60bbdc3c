// The card for an error: what happened and what to do, from the one table of errors.
import type { AppError } from '../../services/index.ts';
import type { CardView } from '../../cards/index.ts';
import { button } from './button.ts';
import { errorText } from './error-text.ts';
import { createFormat } from './format.ts';
import type { Reader } from './reader.ts';

export function viewError(error: AppError, reader: Reader): CardView {
  const { text, remedy } = errorText(error.code, error.details);
  const { kind } = error;
  const mild = kind === 'user' || kind === 'conflict';
  // Whoever reports it needs the time; nobody else does.
  const time = kind === 'bug' ? [`Time: ${createFormat(reader).when(reader.now)}`] : [];
  return {
    card: 'notice',
    summary: text,
    data: {
      fallbackText: `${text} ${remedy}`,
      title: text.replace(/\.$/, ''),
      tone: mild ? 'default' : kind === 'transient' ? 'warning' : 'attention',
      lines: time,
      remedy: [remedy],
      buttons: mild
        ? [button('What can I say?', 'help.show', { v: 1 })]
        : [button('Show status', 'status.show', { v: 1 })],
    },
  };
}
