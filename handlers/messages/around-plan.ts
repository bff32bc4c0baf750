import type { Elsewhere, Plan } from '../../src/revocation/plan.ts';
import type { LostAccess } from '../../src/revocation/planning/blast-radius.ts';
import { LOOKED_FOR } from '../../src/revocation/planning/elsewhere.ts';
import { shortId } from '../../src/revocation/token.ts';
import { lines, type Part, paragraph } from './parts.ts';
import { clean } from './untrusted.ts';

const DATABASE = 64;
const IDS_SHOWN = 10;

/** What nobody can do any more after this plan, in one line; undefined where that was not looked at. */
export function blastRadiusNote({ blastRadius }: Pick<Plan, 'blastRadius'>): Part | undefined {
  if (!blastRadius) return undefined;
  if ('notChecked' in blastRadius) return paragraph(`Blast radius not checked: ${blastRadius.notChecked}.`);
  const { unwritable, unreadable } = blastRadius;
  const lost = [
    ...(isLoss(unwritable) ? [`no token can write to ${databases(unwritable)}`] : []),
    ...(isLoss(unreadable) ? [`no token can read ${databases(unreadable)}`] : []),
  ];
  if (lost.length === 0) return paragraph('No database loses its last reader or writer.');
  return paragraph({ bold: `After this, ${lost.join(', and ')}.` });
}

/** Where tokens are that the profile of this plan does not know, a line for each other profile. */
export function elsewhereNote({
  elsewhere,
  tokens,
  dialog,
}: Pick<Plan, 'elsewhere' | 'tokens' | 'dialog'>): Part | undefined {
  if (!elsewhere) return undefined;
  const places = Map.groupBy(elsewhere, ({ profile, revoked }) => JSON.stringify([profile, revoked]));
  const unknown = tokens.filter(({ found }) => found === 'not found').length;
  const all = [
    ...[...places.values()].flatMap((found) => elsewhereRow(found, dialog === undefined ? profileFlag : chosen)),
    ...(unknown > LOOKED_FOR
      ? [`Of ${unknown} unknown tokens only the first ${LOOKED_FOR} were looked for on other profiles.`]
      : []),
  ];
  return all.length === 0 ? undefined : lines(all);
}

function elsewhereRow(found: readonly Elsewhere[], there: (profile: string) => string): readonly string[] {
  const [first] = found;
  if (!first) return [];
  const { profile, revoked } = first;
  const ids = found.slice(0, IDS_SHOWN).map(({ id }) => shortId(id));
  const more = found.length > IDS_SHOWN ? ` and ${found.length - IDS_SHOWN} more` : '';
  const one = found.length === 1;
  const are = `${one ? 'is a token' : 'are tokens'} of ${profile}`;
  if (revoked) return [`${ids.join(', ')}${more} ${are}, already revoked there.`];
  return [`${ids.join(', ')}${more} ${are}. Nothing is done there: ${there(profile)}.`];
}

/** In a dialog there are no flags. */
function chosen(profile: string): string {
  return `choose ${profile} in a dialog of its own`;
}

function profileFlag(profile: string): string {
  return `use --profile ${profile.includes(' ') ? `"${profile}"` : profile}`;
}

function isLoss({ names, unnamed }: LostAccess): boolean {
  return names.length > 0 || unnamed;
}

function databases({ names, more, unnamed }: LostAccess): string {
  const shown = [
    ...names.map((name) => clean(name, DATABASE) || '(a database without a name)'),
    ...(more > 0 ? [`${more} more`] : []),
  ];
  const any = shown.length > 0 ? 'any other database' : 'any database';
  return [...shown, ...(unnamed ? [any] : [])].join(', ');
}
