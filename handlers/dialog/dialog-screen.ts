import type { ModalView } from '@slack/types';
import type { Requester } from '../../src/revocation/people.ts';
import { FRESH_MS } from '../../src/revocation/planning/plans.ts';
import type { Selection } from '../../src/revocation/planning/selection-steps.ts';
import type { Authorizer } from '../../src/revocation/rights/authorization.ts';
import type { Profile } from '../../src/revocation/rights/policy.ts';
import type { Refused } from '../../src/revocation/rights/verdict.ts';
import { dialogView, FIELDS, type FieldBlocks, type Filled } from '../messages/dialog.ts';
import { noticeView } from '../messages/notice-view.ts';
import { compose, list, paragraph } from '../messages/parts.ts';
import type { Profiles } from '../profiles.ts';
import { placeFor } from './dialog-entry.ts';
import { type DialogMetadata, writeMetadata } from './dialog-metadata.ts';

const REFUSALS_SHOWN = 10;

export interface DialogScreenDependencies {
  readonly authorizer: Authorizer;
  readonly profiles: Profiles;
  /** Begins to list the tokens of a profile, for whoever asks soon. */
  readonly onProfile: (profile: Profile) => void;
}

/** What somebody may start from somewhere, by the policies of this moment. */
export interface DialogRights {
  readonly profiles: readonly Profile[];
  /** Whether other profiles can be used elsewhere. */
  readonly others: boolean;
  /** What is said to whoever may not start anything; undefined for all others, also those who have to choose a channel first. */
  readonly refusal: ModalView | undefined;
}

export async function dialogRights(
  { authorizer, profiles }: Pick<DialogScreenDependencies, 'authorizer' | 'profiles'>,
  who: Requester,
  { fixed, channel = '' }: { readonly fixed: boolean; readonly channel: string | undefined },
): Promise<DialogRights> {
  const there = { ...who, channel };
  const judged = await Promise.all(
    [...profiles.values()].map(async (profile) => ({
      profile,
      verdict: await authorizer.verdict(profile, there, FRESH_MS),
    })),
  );
  const mine = judged.flatMap(({ profile, verdict }) => (verdict.allowed ? [profile] : []));
  const refusals = judged.flatMap(({ profile, verdict }) => (verdict.allowed ? [] : [{ profile, verdict }]));
  const others = refusals.some(({ verdict }) => verdict.denial === 'channel');
  const isNobody = mine.length === 0 && (fixed || !others);
  return { profiles: mine, others, refusal: isNobody ? nobodyView(refusals) : undefined };
}

/** What is known of a dialog that is open, or just opens. */
export interface DialogState {
  readonly selection: Selection;
  readonly metadata: DialogMetadata;
  readonly problem?: string | undefined;
  readonly filled?: Filled | undefined;
}

/** What the dialog shows its person now: their profiles by the policies of this moment, as far as they may start anything. */
export async function dialogScreen(
  dependencies: DialogScreenDependencies,
  who: Requester,
  { selection, metadata, problem, filled }: DialogState,
): Promise<ModalView> {
  const place = { fixed: selection.place !== undefined, channel: placeFor(selection, metadata)?.channel };
  const { profiles, others, refusal } = await dialogRights(dependencies, who, place);
  if (refusal) return refusal;
  const profile = profiles.find(({ name }) => name === metadata.profile) ?? profiles.find(isDefault) ?? profiles[0];
  if (profile) dependencies.onProfile(profile);
  const shown = { ...metadata, profile: profile?.name };
  return dialogView({
    ...{ selection, profile, profiles, channel: metadata.channel, others, problem, filled },
    metadata: writeMetadata(shown),
    blockIds: blockIdsOf(shown),
  });
}

/** The block under which each field stands in this version of the dialog: another profile or an emptied field has a new one. */
export function blockIdsOf({ profile = '', pasted, reason }: DialogMetadata): FieldBlocks {
  return {
    tokens: `${FIELDS.tokens} ${profile}`,
    pasted: `${FIELDS.pasted} ${pasted}`,
    reason: `${FIELDS.reason} ${reason}`,
  };
}

const isDefault = ({ name }: Profile) => name === 'default';

function nobodyView(refusals: readonly { readonly profile: Profile; readonly verdict: Refused }[]): ModalView {
  const rows = refusals
    .slice(0, REFUSALS_SHOWN)
    .map(({ profile, verdict }) => [{ bold: profile.name }, `: ${verdict.message}`]);
  return noticeView(compose(paragraph({ bold: 'You may not revoke tokens here.' }), list(rows)));
}
