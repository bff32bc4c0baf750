import { useReader } from './reader.ts';
import type { AuditState } from './state.ts';

/** The bot's audit log as it lies on disk, the latest first, and whether its chain holds. */
export function AuditPanel({ audit }: { audit: AuditState }) {
  const { timeZone, names } = useReader();
  const { entries, total, brokenAt, confirmed, settled } = audit;
  const time = (at: number) => new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone }).format(at);
  return (
    <section aria-label="Audit" class="panel">
      <p class={`verdict ${brokenAt === undefined ? 'good' : 'bad'}`}>
        {brokenAt === undefined
          ? `✓ The chain of ${total} ${total === 1 ? 'entry' : 'entries'} verifies.`
          : `✗ The chain breaks at entry ${brokenAt}.`}
      </p>
      <p class="summary">
        {confirmed === 0
          ? 'Nothing was confirmed yet.'
          : `${confirmed} tokens confirmed, ${settled} with their outcome, ${confirmed - settled} still open.`}
      </p>
      <ol class="audit">
        {[...entries].reverse().map(({ seq, at, actor, action, subject, detail }) => (
          <li key={seq}>
            <details>
              <summary>
                <small>#{seq}</small>
                <strong>{action}</strong>
                <span>{names[actor] ?? actor}</span>
                <small>{time(at)}</small>
              </summary>
              <p class="details">{subject}</p>
              <pre tabIndex={0}>{indented(detail)}</pre>
            </details>
          </li>
        ))}
      </ol>
    </section>
  );
}

function indented(detail: string): string {
  return JSON.stringify(JSON.parse(detail), null, 2);
}
