import type { Authorizer } from '../../src/revocation/authorization.ts';
import type { Requester } from '../../src/revocation/people.ts';
import { FRESH_MS } from '../../src/revocation/plans.ts';
import { forceRefusal, type Profile, type Verdict } from '../../src/revocation/policy.ts';
import { compose, list, type Message, paragraph, type Span } from '../messages/parts.ts';
import type { Profiles } from '../profiles.ts';
import type { Responder } from '../response-url.ts';
import type { Command } from './command.ts';

const PROFILES_SHOWN = 20;

export interface WhoamiDependencies {
  readonly authorizer: Authorizer;
  readonly profiles: Profiles;
  readonly responder: Responder;
}

/** `/influx whoami`: who the bot thinks somebody is, and what the policies let them do here, with the rule that decides. */
export function whoami({ authorizer, profiles, responder }: WhoamiDependencies): Command {
  async function rowFor(profile: Profile, who: Requester): Promise<Span[]> {
    const [start, audit] = await Promise.all([
      authorizer.verdict(profile, who, FRESH_MS),
      authorizer.mayAudit(profile, who, FRESH_MS),
    ]);
    return [{ bold: profile.name }, ': ', ...startSpans(start, profile, who), ...auditSpans(audit)];
  }

  return {
    spec: { words: ['whoami'], summary: 'Who the bot thinks you are, and what you may do here.', flags: [] },
    async run({ who, delivery }) {
      return {
        after: async () => {
          const shown = [...profiles.values()].slice(0, PROFILES_SHOWN);
          const rows = await Promise.all(shown.map((profile) => rowFor(profile, who)));
          await responder.respond(delivery.replyUrl, whoamiMessage(who, rows), 'beside');
        },
      };
    },
  };
}

function startSpans(verdict: Verdict, { policy }: Profile, { user }: Requester): Span[] {
  if (!verdict.allowed) return [`you may not revoke tokens here. ${verdict.message}`];
  const force = forceRefusal(policy, user) ? 'not with --force' : 'also with --force';
  return ['you may revoke tokens, ', force, ', by the rule ', { code: verdict.rule }];
}

function auditSpans(verdict: Verdict): Span[] {
  if (!verdict.allowed) return [];
  return [' · you may look at tokens and read the audit log, by the rule ', { code: verdict.rule }];
}

function whoamiMessage(who: Requester, rows: readonly Span[][]): Message {
  return compose(
    paragraph(
      'You are ',
      { person: who.user },
      ' (',
      { code: who.user },
      '), in workspace ',
      { code: who.team },
      ' and channel ',
      { code: who.channel },
      '.',
    ),
    list(rows),
  );
}
