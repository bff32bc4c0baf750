import { isPlanId } from '../src/revocation/ids.ts';
import type { Press, Pressed, Rotations } from '../src/revocation/rotating/rotations.ts';
import { rotationMessage } from './messages/rotation.ts';
import { notPressedMessage } from './messages/rotation-answers.ts';
import type { IncomingClick } from './wire/payloads.ts';
import type { Reaction } from './wire/reaction.ts';

export interface RotationButtonsDependencies {
  readonly rotations: Rotations;
}

type Handler = (click: IncomingClick) => Promise<Reaction>;

/** Rotated, or All rotated, under a message about rotations. */
export function tokenRotated({ rotations }: RotationButtonsDependencies): Handler {
  return async (click) => reactTo(await rotations.close(pressOf(click), 'rotated'));
}

/** Not needed, or None needed. */
export function rotationNotNeeded({ rotations }: RotationButtonsDependencies): Handler {
  return async (click) => reactTo(await rotations.close(pressOf(click), 'not needed'));
}

/** Snooze: no reminder before this time tomorrow. */
export function snoozeRotation({ rotations }: RotationButtonsDependencies): Handler {
  return async (click) => reactTo(await rotations.snooze(pressOf(click)));
}

function pressOf({ who, key, replyUrl, value }: IncomingClick): Press {
  // Rotations are named as plans are; a value that is no such name names none.
  return { who, key, replyUrl, id: isPlanId(value) ? value : '' };
}

function reactTo(pressed: Pressed): Reaction {
  if (pressed.kind === 'pressed') return { answer: rotationMessage(pressed.news), replaces: true };
  const answer = notPressedMessage(pressed);
  return answer ? { answer } : {};
}
