import type { Freeze } from '../../src/revocation/freeze.ts';
import type { Freezing } from '../../src/revocation/running/freezer.ts';
import { plain } from './answers.ts';
import { compose, type Message, type Part, paragraph, type Span } from './parts.ts';
import { clean } from './untrusted.ts';
import { count } from './words.ts';

const REASON = 300;

/** By whom, since when and why: the same words wherever a freeze is met. */
function freezeSpans({ by, at, reason }: Freeze): Span[] {
  const why = clean(reason, REASON);
  return [' by ', { person: by }, ' since ', { time: at, format: '{date_short_pretty} {time}' }, why ? `: ${why}` : ''];
}

/** What stands in the place of the red button. */
export function freezeNote(freeze: Freeze): Part {
  return paragraph(
    '🧊 ',
    { bold: 'Frozen: nothing can be revoked now.' },
    ' Frozen',
    ...freezeSpans(freeze),
    '. Type the command again once it is unfrozen.',
  );
}

/** Whether the bot is frozen, in one paragraph. */
export function freezeState(freeze: Freeze | undefined): Part {
  if (!freeze) return paragraph('Not frozen.');
  return paragraph('🧊 ', { bold: 'Frozen' }, ...freezeSpans(freeze), '. No revocation starts.');
}

/** The answer to a click on Revoke that came too late, or just in time. */
export function frozenClick(freeze: Freeze): Message {
  return compose(
    paragraph(
      '🧊 ',
      { bold: 'Revoking is frozen' },
      ...freezeSpans(freeze),
      '. Nothing was revoked. This plan still waits: click again once it is unfrozen, as long as the plan lasts.',
    ),
  );
}

/** What became of `/influx freeze` or `/influx unfreeze`; undefined where nothing is to be said. */
export function freezingMessage(freezing: Freezing): Message | undefined {
  switch (freezing.kind) {
    case 'repeated':
      return undefined;
    case 'refused':
      return plain(freezing.message);
    case 'frozen':
      return compose(
        paragraph('🧊 ', { bold: 'Frozen. No bot on this store starts a revocation.' }),
        paragraph(stoppedText(freezing.stopped), ' /influx unfreeze lets revocations start again.'),
      );
    case 'unfrozen':
      return compose(
        paragraph(
          { bold: 'Unfrozen. Revocations can start again.' },
          ' It was frozen',
          ...freezeSpans(freezing.freeze),
          '. What was stopped stays stopped.',
        ),
      );
    case 'unchanged':
      return freezing.freeze
        ? compose(paragraph({ bold: 'It was frozen already' }, ...freezeSpans(freezing.freeze), '. Nothing changed.'))
        : plain('The bot is not frozen. Nothing changed.');
  }
}

function stoppedText(stopped: number): string {
  if (stopped === 0) return 'No revocation was running.';
  const had = `${count(stopped, 'running revocation')} ${stopped === 1 ? 'was' : 'were'} stopped`;
  return `${had}: calls under way end, and the tokens left are not sent.`;
}
