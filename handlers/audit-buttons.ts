import { UserError } from '../src/errors.ts';
import type { AuditAnswers } from './audit-answers.ts';
import { type AuditQuestion, questionIn } from './audit-question.ts';
import type { IncomingClick } from './wire/payloads.ts';
import type { Reaction } from './wire/reaction.ts';

export interface AuditButtonsDependencies {
  readonly auditAnswers: AuditAnswers;
}

type Handler = (click: IncomingClick) => Promise<Reaction>;

/** Earlier and Later, under a page of the audit log. */
export function auditPage({ auditAnswers }: AuditButtonsDependencies): Handler {
  return async (click) => {
    const { question, replyUrl } = askedBy(click);
    return { after: () => auditAnswers.page(click.who, question, { key: click.key, replyUrl }, 'replace') };
  };
}

/** Export, under a page of the audit log. */
export function exportAudit({ auditAnswers }: AuditButtonsDependencies): Handler {
  return async (click) => {
    const { question, replyUrl } = askedBy(click);
    return { after: () => auditAnswers.export(click.who, question, { key: click.key, replyUrl }) };
  };
}

/** What the click decides nothing by: the trail asks afresh who may read. */
function askedBy({ value, replyUrl }: IncomingClick): { readonly question: AuditQuestion; readonly replyUrl: string } {
  const question = questionIn(value);
  if (question && replyUrl !== undefined) return { question, replyUrl };
  throw new UserError('This button is not as the bot made it. Nothing was read. Type /influx audit again.');
}
