import { isClosable, type Rotation } from '../../src/revocation/rotating/rotation.ts';
import type { Pressed } from '../../src/revocation/rotating/rotations.ts';
import { shortId } from '../../src/revocation/token.ts';
import { plain } from './answers.ts';
import { compose, type Message, paragraph } from './parts.ts';
import { closedSpans } from './rotation.ts';

/** It may have known it once. */
const UNKNOWN =
  'The bot does not know this rotation: 90 days after all of a revocation were closed or given up, they are forgotten. Nothing was changed.';

/** What somebody reads whose press changed nothing; undefined where nothing is to be said. */
export function notPressedMessage(pressed: Exclude<Pressed, { readonly kind: 'pressed' }>): Message | undefined {
  switch (pressed.kind) {
    case 'repeated':
      return undefined;
    case 'unknown':
      return plain(UNKNOWN);
    case 'refused':
      return plain(pressed.message);
    case 'closed':
      return closedMessage(pressed.rotations);
  }
}

function closedMessage(rotations: readonly Rotation[]): Message {
  if (rotations.some(isClosable)) return plain('Nobody is reminded of these tokens any more. This press did nothing.');
  const time = ({ closedAt }: Rotation) => closedAt?.getTime() ?? 0;
  const last = rotations.reduce<Rotation | undefined>((a, b) => (a && time(a) >= time(b) ? a : b), undefined);
  if (!last) return plain('There is nothing to close. This press did nothing.');
  const what = rotations.length === 1 ? 'This was already closed: ' : 'All of these were already closed, the last one ';
  return compose(
    paragraph(what, { code: shortId(last.tokenId) }, ' ', ...closedSpans(last), '. This press did nothing.'),
  );
}
