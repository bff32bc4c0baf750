import type { Clock } from '../src/revocation/clock.ts';
import type { Requester } from '../src/revocation/people.ts';
import type { Drafted, Plans } from '../src/revocation/plans.ts';
import type { Selection } from '../src/revocation/selection-steps.ts';
import type { Selections } from '../src/revocation/selections.ts';
import { whyTyped } from '../src/revocation/type-to-confirm.ts';
import { type DialogEntry, type EntryErrors, placeFor, readEntry } from './dialog-entry.ts';
import { type DialogMetadata, metadataIn } from './dialog-metadata.ts';
import { blockIdsOf, type DialogScreenDependencies, dialogScreen } from './dialog-screen.ts';
import type { ViewHandlers } from './index.ts';
import { plain } from './messages/answers.ts';
import { FIELDS } from './messages/dialog.ts';
import { noticeView } from './messages/notice-view.ts';
import { planView, readingView } from './messages/plan-view.ts';
import { type Profiles, shownProfile } from './profiles.ts';
import type { SubmissionReaction, ViewResponse } from './reaction.ts';
import type { IncomingSubmission } from './surface-payloads.ts';
import { metadataOfPlan } from './view-metadata.ts';

const TIMEOUT_MS = 60_000;

export interface RevokeModalDependencies extends DialogScreenDependencies {
  readonly plans: Plans;
  readonly selections: Selections;
  readonly profiles: Profiles;
  readonly clock: Clock;
}

/** The dialog in which tokens are chosen: its submission makes a plan, which the same dialog shows then. */
export function revokeModal(dependencies: RevokeModalDependencies): ViewHandlers {
  const { selections, plans } = dependencies;

  async function submit(incoming: IncomingSubmission): Promise<SubmissionReaction> {
    const { who, view } = incoming;
    const metadata = metadataIn(view);
    const selection = metadata && (await selections.find(metadata.selection, who));
    if (!metadata || !selection) return { response: notice(TOO_OLD) };
    const entry = readEntry(view, metadata, selection);
    if (entry.kind === 'secret') return { response: await emptied(who, entry.fields, metadata, selection) };
    if (entry.kind === 'incomplete') return { response: errorsUnder(entry.errors, metadata) };
    const drafted = await draft(incoming, entry, placeFor(selection, metadata)?.channel ?? '');
    return reactTo(drafted, metadata);
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

  function reactTo(drafted: Drafted, metadata: DialogMetadata): SubmissionReaction {
    switch (drafted.kind) {
      case 'repeated':
        return { response: notice('This was sent before: see your direct messages for its plan.') };
      case 'refused':
        return { response: errorsUnder({ profile: drafted.message }, metadata) };
      case 'twin':
        return { response: twin(drafted) };
      case 'drafted': {
        const { plan } = drafted;
        const view = readingView(plan, shownProfile(dependencies.profiles, plan.profile), metadataOfPlan(plan.id));
        return { response: { response_action: 'update', view }, after: () => plans.prepare(plan) };
      }
    }
  }

  /** The same was asked a moment ago: that plan is shown, here too. */
  function twin({ plan, freeze }: Extract<Drafted, { readonly kind: 'twin' }>): ViewResponse {
    if (plan.state === 'draft')
      return notice('You asked for these tokens a moment ago. That plan appears where you asked.');
    const { profiles, clock } = dependencies;
    const why = whyTyped(plan, profiles.get(plan.profile)?.policy.typeToConfirm);
    const shown = { metadata: metadataOfPlan(plan.id), freeze, why, own: true };
    return {
      response_action: 'update',
      view: planView(plan, shownProfile(profiles, plan.profile), clock.now(), shown),
    };
  }

  async function emptied(
    who: Requester,
    fields: readonly ('pasted' | 'reason')[],
    metadata: DialogMetadata,
    selection: Selection,
  ): Promise<ViewResponse> {
    const emptiedOf = (field: 'pasted' | 'reason') => metadata[field] + (fields.includes(field) ? 1 : 0);
    const next = { ...metadata, pasted: emptiedOf('pasted'), reason: emptiedOf('reason') };
    const view = await dialogScreen(dependencies, who, { selection, metadata: next, problem: SECRET });
    return { response_action: 'update', view };
  }

  return { submit, close: async () => ({}) };
}

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
