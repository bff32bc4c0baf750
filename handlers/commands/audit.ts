import { type CommandSpec, PROFILE_FLAG } from '../../src/command-line/spec.ts';
import type { Clock } from '../../src/revocation/clock.ts';
import type { AuditAnswers } from '../audit-answers.ts';
import { questionOf } from '../audit-question.ts';
import { profileNamed } from '../profiles.ts';
import { type SomewhereDependencies, somewhere } from '../rights.ts';
import type { Command } from './command.ts';

const SPEC: CommandSpec = {
  words: ['audit'],
  summary: 'What was done here and by whom, the newest first, with an export as a file.',
  flags: [
    {
      name: 'token',
      description: 'only what concerns this token: its ID, or the first eight digits of it',
      value: { placeholder: 'ID', maximumLength: 40 },
    },
    {
      name: 'user',
      description: 'only what this person did, and the bot for them: a member ID, or me',
      value: { placeholder: 'U0123|me', maximumLength: 100 },
    },
    {
      name: 'since',
      description: 'how long ago, such as 1d12h or 90m, or a time such as 2026-11-22T10:00:00Z (default 7d)',
      value: { placeholder: 'DURATION', maximumLength: 40 },
    },
    PROFILE_FLAG,
  ],
};

export interface AuditCommandDependencies extends SomewhereDependencies {
  readonly clock: Clock;
  readonly auditAnswers: AuditAnswers;
}

/** `/influx audit`: a page of the audit log, for those who may read it. */
export function audit(dependencies: AuditCommandDependencies): Command {
  const { profiles, clock, auditAnswers } = dependencies;
  return {
    spec: SPEC,
    isFor: somewhere(dependencies, 'mayAudit'),
    async run({ run: { values, profile }, who, delivery }) {
      const words = { token: values.get('token'), user: values.get('user'), since: values.get('since') };
      const query = {
        ...questionOf(words, { user: who.user, now: clock.now() }),
        profile: profile === undefined ? undefined : profileNamed(profiles, profile).name,
      };
      return { after: () => auditAnswers.page(who, { query, turn: { to: 'latest' } }, delivery, 'beside') };
    },
  };
}
