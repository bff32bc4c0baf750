import type { View } from '@slack/types';
import type { Clock } from '../../src/revocation/clock.ts';
import { inTime } from '../../src/revocation/in-time.ts';
import type { Requester } from '../../src/revocation/people.ts';
import type { Drafted, Plans } from '../../src/revocation/planning/plans.ts';
import type { Selections } from '../../src/revocation/planning/selections.ts';
import { whyTyped } from '../../src/revocation/rights/type-to-confirm.ts';
import type { ViewHandlers } from '../index.ts';
import { plain } from '../messages/answers.ts';
import { FIELDS, loadingView } from '../messages/dialog.ts';
import { noticeView } from '../messages/notice-view.ts';
import { THAT_PLAN_AGAIN } from '../messages/plan.ts';
import { planView, readingView } from '../messages/plan-view.ts';
import { type Profiles, shownProfile } from '../profiles.ts';
import type { SubmissionReaction, ViewResponse } from '../wire/reaction.ts';
import type { IncomingSubmission } from '../wire/surface-payloads.ts';
import type { IncomingView } from '../wire/view-state.ts';
import { type DialogEntry, type EntryErrors, placeFor, readEntry, secretsIn, type TypedField } from './dialog-entry.ts';
import { type DialogMetadata, metadataIn, writeMetadata } from './dialog-metadata.ts';
import { blockIdsOf, type DialogScreenDependencies, dialogScreen } from './dialog-screen.ts';
import { fillScreen } from './open-screen.ts';
import type { Screens } from './screens.ts';
import { metadataOfPlan } from './view-metadata.ts';

const TIMEOUT_MS = 60_000;

export interface RevokeModalDependencies extends DialogScreenDependencies {
  readonly plans: Plans;
  readonly screens: Screens;
  readonly selections: Selections;
  readonly profiles: Profiles;
  readonly clock: Clock;
}

/** The dialog in which tokens are chosen: its submission makes a plan, which the same dialog shows then. */
export function revokeModal(dependencies: RevokeModalDependencies): ViewHandlers {
  const { selections, plans, screens, clock } = dependencies;

  async function submit(incoming: IncomingSubmission): Promise<SubmissionReaction> {
    const { who, view } = incoming;
    const metadata = metadataIn(view);
    if (!metadata) return { response: notice(TOO_OLD) };
    const secrets = secretsIn(view);
    if (secrets.length > 0) return withoutSecrets(incoming, secrets, metadata);
    // Slack did not take the dialog that another choice led to: it is shown now.
    if (offersOthers(view, metadata)) return refilled(incoming, metadata, OTHER_PROFILE);
    const selection = await selections.find(metadata.selection, who);
    if (!selection) return { response: notice(TOO_OLD) };
    // What was chosen is only a word, until Slack lets this person post there.
    const { channel } = metadata;
    const isProven = selection.place !== undefined || channel === undefined || incoming.postsIn.includes(channel);
    if (!isProven) return { response: errorsUnder({ channel: NOT_THERE }, metadata) };
    const entry = readEntry(view, metadata, selection);
    if (entry.kind === 'incomplete') return { response: errorsUnder(entry.errors, metadata) };
    const drafted = await draft(incoming, entry, placeFor(selection, metadata)?.channel ?? '');
    return reactTo(drafted, metadata, view);
  }

  function draft(
    { who, key, view }: IncomingSubmission,
    { profile, tokenIds, reason, notes, share }: Extract<DialogEntry, { readonly kind: 'complete' }>,
    channel: string,
  ): Promise<Drafted> {
    const options = { force: false, debug: false, timeoutMs: TIMEOUT_MS, dialog: view.id };
    const request = { requester: { ...who, channel }, profile, tokenIds, reason, notes, share, ...options };
    return plans.draft(request, { key });
  }

  function reactTo(drafted: Drafted, metadata: DialogMetadata, shown: IncomingView): SubmissionReaction {
    switch (drafted.kind) {
      case 'repeated':
        return { response: notice('This was sent before: see your direct messages for its plan.') };
      case 'refused':
        return { response: errorsUnder({ profile: drafted.message }, metadata) };
      case 'twin':
        return { response: twin(drafted, shown) };
      case 'drafted': {
        const { plan } = drafted;
        const view = readingView(plan, shownProfile(dependencies.profiles, plan.profile), metadataOfPlan(plan.id));
        return { response: { response_action: 'update', view }, after: () => plans.prepare(plan) };
      }
    }
  }

  /** The same was asked a moment ago: that plan is shown, here too. */
  function twin({ plan, freeze }: Extract<Drafted, { readonly kind: 'twin' }>, view: IncomingView): ViewResponse {
    if (plan.state === 'draft')
      return notice('You asked for these tokens a moment ago. That plan appears where you asked.');
    const { profiles } = dependencies;
    const why = whyTyped(plan, profiles.get(plan.profile)?.policy.typeToConfirm);
    const own = plan.dialog === view.id;
    const again = `You asked for these tokens a moment ago. ${THAT_PLAN_AGAIN}`;
    const shown = { metadata: metadataOfPlan(plan.id), freeze, why, own, again };
    return {
      response_action: 'update',
      view: planView(plan, shownProfile(profiles, plan.profile), clock.now(), shown),
    };
  }

  /** Takes the fields that hold a secret from the screen, at once, and leaves what else was entered if that is known in time. */
  function withoutSecrets(
    incoming: IncomingSubmission,
    fields: readonly TypedField[],
    metadata: DialogMetadata,
  ): Promise<SubmissionReaction> {
    const emptied = (field: TypedField) => metadata[field] + (fields.includes(field) ? 1 : 0);
    return refilled(incoming, { ...metadata, pasted: emptied('pasted'), reason: emptied('reason') }, SECRET);
  }

  async function refilled(
    { who, view }: IncomingSubmission,
    metadata: DialogMetadata,
    problem: string,
  ): Promise<SubmissionReaction> {
    const next = { ...metadata, profile: chosenProfile(view, metadata) };
    const filled = filledAgain(who, next, problem);
    // What goes wrong here is told once a secret is gone.
    const shown = await inTime(clock, filled).catch(() => 'not in time' as const);
    if (shown !== 'not in time') return { response: { response_action: 'update', view: shown } };
    return {
      response: { response_action: 'update', view: loadingView(writeMetadata(next), 'your profiles') },
      after: () => fillScreen(screens, view.id, () => filled),
    };
  }

  async function filledAgain(who: Requester, metadata: DialogMetadata, problem: string): Promise<View> {
    const selection = await selections.find(metadata.selection, who);
    return selection ? dialogScreen(dependencies, who, { selection, metadata, problem }) : noticeView(plain(TOO_OLD));
  }

  return { submit, close: async () => ({}) };
}

function chosenProfile(view: IncomingView, { profile }: DialogMetadata): string | undefined {
  return view.entered(FIELDS.profile).chosen[0] ?? profile;
}

/** Whether the tokens chosen were offered for a profile that was chosen before. */
function offersOthers(view: IncomingView, metadata: DialogMetadata): boolean {
  return view.entered(FIELDS.tokens).chosen.length > 0 && chosenProfile(view, metadata) !== metadata.profile;
}

const OTHER_PROFILE = 'The tokens offered here were of another profile. Choose among those of this one.';
const NOT_THERE = 'Slack does not say that you can post in this channel. Choose one that you are in.';
const TOO_OLD = 'This dialog is too old to be used. Nothing was revoked. Open it again.';
const SECRET =
  'What you entered holds something that looks like a secret: a token itself, not its ID. The bot has neither kept nor repeated it, and has emptied the field. Treat the secret as leaked: choose its token from the list by its description, and revoke it.';

function notice(text: string): ViewResponse {
  return { response_action: 'update', view: noticeView(plain(text)) };
}

function errorsUnder(errors: EntryErrors, metadata: DialogMetadata): ViewResponse {
  const { profile, channel, tokens, pasted } = errors;
  const ids = blockIdsOf(metadata);
  const all: readonly (readonly [string, string | undefined])[] = [
    [FIELDS.profile, profile],
    [FIELDS.channel, channel],
    [ids.tokens, tokens],
    [ids.pasted, pasted],
  ];
  const said = all.flatMap(([block, words]) => (words === undefined ? [] : [[block, words] as const]));
  return { response_action: 'errors', errors: Object.fromEntries(said) };
}
