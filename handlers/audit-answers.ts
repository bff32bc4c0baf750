import type { AuditPage, Turn } from '../src/revocation/auditing/audit-pages.ts';
import type { AuditQuery, AuditTrail } from '../src/revocation/auditing/audit-trail.ts';
import { createLanes } from '../src/revocation/lanes.ts';
import type { Directory, Requester } from '../src/revocation/people.ts';
import { type AuditQuestion, buttonValue } from './audit-question.ts';
import { plain } from './messages/answers.ts';
import { type AuditButtons, auditMessage, exportedMessage, exportMessage } from './messages/audit.ts';
import { peopleIn } from './messages/audit-rows.ts';
import type { Placement, Responder } from './wire/response-url.ts';
import type { SlackFiles } from './wire/slack-files.ts';

export interface AuditAnswersDependencies {
  readonly auditTrail: AuditTrail;
  readonly directory: Directory;
  readonly responder: Responder;
  readonly files: SlackFiles;
}

/** Something that came with an address for its answer. */
interface Asked {
  readonly key: string;
  readonly replyUrl: string;
}

/** The answers to those who ask about the audit log. They say nothing to what Slack delivered before. */
export interface AuditAnswers {
  page(who: Requester, question: AuditQuestion, asked: Asked, placement: Placement): Promise<void>;
  /** The whole answer as a file in the direct messages with this person. Throws a `UserError` where the scope is missing. */
  export(who: Requester, question: AuditQuestion, asked: Asked): Promise<void>;
}

export function createAuditAnswers({
  auditTrail,
  directory,
  responder,
  files,
}: AuditAnswersDependencies): AuditAnswers {
  const lanes = createLanes();

  async function namesIn({ records }: AuditPage): Promise<ReadonlyMap<string, string>> {
    const people = peopleIn(records);
    return new Map(await Promise.all(people.map(async (id) => [id, await directory.nameOf(id)] as const)));
  }

  async function exported(who: Requester, query: AuditQuery, { key, replyUrl }: Asked): Promise<void> {
    const found = await auditTrail.export(who, query, { key });
    if (found.kind === 'repeated') return;
    if (found.kind === 'refused') return responder.respond(replyUrl, plain(found.message), 'beside');
    const { lines } = found;
    if (lines.length > 0) {
      const content = Buffer.from(`${lines.join('\n')}\n`);
      await files.send({ to: who.user, name: 'audit.ndjson', content, introduction: exportMessage(found, query) });
    }
    await responder.respond(replyUrl, exportedMessage(lines.length), 'beside');
  }

  return {
    async page(who, { query, turn }, asked, placement) {
      const page = await auditTrail.page(who, query, turn, asked);
      if (page.kind === 'repeated') return;
      if (page.kind === 'refused') return responder.respond(asked.replyUrl, plain(page.message), 'beside');
      const valueFor = (to: Turn) => buttonValue({ query, turn: to });
      const values: AuditButtons = {
        earlier: page.earlier === undefined ? undefined : valueFor({ to: 'earlier', than: page.earlier }),
        later: page.later === undefined ? undefined : valueFor({ to: 'later', than: page.later }),
        whole: valueFor({ to: 'latest' }),
      };
      await responder.respond(asked.replyUrl, auditMessage(page, query, await namesIn(page), values), placement);
    },
    async export(who, { query }, asked) {
      files.check();
      // One after the other, since each of them is in memory as a whole.
      return lanes('export', () => exported(who, query, asked));
    },
  };
}
