import { type Plan, placeOf } from '../../src/revocation/plan.ts';
import type { ButtonSpec } from './parts.ts';
import { buttons, type Part } from './parts.ts';

/** Share in channel, for a plan that has a place where others read. */
export function shareButton(plan: Plan): Part | undefined {
  const spec = shareSpec(plan);
  return spec && buttons(spec);
}

/** The same, for a row of buttons. */
export function shareSpec(plan: Plan): ButtonSpec | undefined {
  if (!placeOf(plan)) return undefined;
  const text = 'Share in channel';
  return { action: 'share_result', text, value: plan.id, label: `${text}: short IDs and outcomes, for all to see` };
}
