import { type CommandSpec, DEBUG_FLAG, PROFILE_FLAG, type Run, TIMEOUT_FLAG } from '../../src/command-line/spec.ts';
import type { Clock } from '../../src/revocation/clock.ts';
import type { Requester } from '../../src/revocation/people.ts';
import { placeOf } from '../../src/revocation/plan.ts';
import type { Drafted, Plans } from '../../src/revocation/planning/plans.ts';
import type { Profile } from '../../src/revocation/rights/policy.ts';
import { MOST_TOKENS } from '../dialog/dialog-entry.ts';
import { type OpenDialogDependencies, type Opening, openDialog } from '../dialog/open-dialog.ts';
import { NotOpenedError } from '../dialog/open-screen.ts';
import { plain } from '../messages/answers.ts';
import { planMessage, THAT_PLAN_AGAIN } from '../messages/plan.ts';
import { count } from '../messages/words.ts';
import { profileNamed } from '../profiles.ts';
import { type SomewhereDependencies, somewhere } from '../rights.ts';
import type { Reaction } from '../wire/reaction.ts';
import type { Command } from './command.ts';

const SPEC: CommandSpec = {
  words: ['token', 'revoke'],
  aliases: [['token', 'delete']],
  summary: 'Revoke database tokens, after a plan you confirm. Revoking is immediate and cannot be undone.',
  takes: {
    ...{ kind: 'token IDs', placeholder: '<TOKEN_ID> [<TOKEN_ID_N>...]', maximum: 100 },
    beyond: `Send them in several commands, or up to ${MOST_TOKENS.toLocaleString('en')} at once through /influx token revoke without IDs, or through the shortcut on a message with a file`,
  },
  flags: [
    PROFILE_FLAG,
    {
      name: 'reason',
      description: 'why, for the audit log and for whoever reads the result',
      value: { placeholder: 'TEXT', maximumLength: 500 },
    },
    TIMEOUT_FLAG,
    { name: 'force', description: 'do not ask for confirmation, where the policy lets you' },
    { name: 'share', description: 'share the result in this channel: short IDs and outcomes' },
    DEBUG_FLAG,
  ],
};

export interface TokenRevokeDependencies extends OpenDialogDependencies, SomewhereDependencies {
  readonly plans: Plans;
  readonly clock: Clock;
}

/** `/influx token revoke`: writes the request down, and then prepares the plan to show. */
export function tokenRevoke(dependencies: TokenRevokeDependencies): Command {
  const { plans, profiles, clock } = dependencies;

  function reactTo(drafted: Drafted, profile: Profile): Reaction {
    switch (drafted.kind) {
      case 'repeated':
        return {};
      case 'refused':
        return { answer: plain(drafted.message) };
      case 'twin':
        return { answer: twinMessage(drafted, profile, clock.now()) };
      case 'drafted':
        return { after: () => plans.prepare(drafted.plan) };
    }
  }

  return {
    spec: SPEC,
    isFor: somewhere(dependencies, 'verdict'),
    async runBare({ who, triggerId, flags: { profile, values, switches } }) {
      const filled = {
        profile: profile === undefined ? undefined : profileNamed(profiles, profile).name,
        reason: values.get('reason'),
        share: switches.has('share'),
      };
      return opens(dependencies, { who, triggerId, place: { channel: who.channel }, filled });
    },
    async run({ run, who, delivery }) {
      const profile = profileNamed(profiles, run.profile);
      const request = {
        requester: who,
        profile: profile.name,
        tokenIds: run.tokenIds,
        reason: run.values.get('reason') ?? '',
        force: run.switches.has('force'),
        share: run.switches.has('share') ? placeOf({ requester: who }) : undefined,
        debug: run.debug,
        timeoutMs: run.timeoutMs,
        notes: notesOn(run, who),
      };
      return reactTo(await plans.draft(request, delivery), profile);
    },
  };
}

/** Whether the dialog could be opened. */
async function opens(dependencies: OpenDialogDependencies, opening: Opening): Promise<boolean> {
  try {
    await openDialog(dependencies, opening);
    return true;
  } catch (error) {
    if (error instanceof NotOpenedError) return false;
    throw error;
  }
}

function notesOn({ merged, switches }: Run, who: Requester): string[] {
  const once = `${count(merged.length, 'ID')} given more than once count${merged.length === 1 ? 's' : ''} once.`;
  const shared = placeOf({ requester: who })
    ? 'The result will be shared in this channel: short IDs and outcomes.'
    : 'The result cannot be shared: nobody else reads here.';
  return [...(merged.length > 0 ? [once] : []), ...(switches.has('share') ? [shared] : [])];
}

function twinMessage({ plan, freeze }: Extract<Drafted, { kind: 'twin' }>, profile: Profile, now: Date) {
  const seconds = Math.max(1, Math.round((now.getTime() - plan.createdAt.getTime()) / 1_000));
  const asked = `You asked for these tokens ${count(seconds, 'second')} ago.`;
  if (plan.state === 'draft') return plain(`${asked} That plan is being prepared and appears in a moment.`);
  const again = `${asked} ${THAT_PLAN_AGAIN}`;
  return planMessage(plan, profile, now, { again, freeze });
}
