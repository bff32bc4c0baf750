import { createChainCheck } from '../store/audit-chain.ts';
import type { AuditTable } from '../store/schema.ts';

/** A head of the chain as it was written elsewhere, where whoever changes the store cannot reach. */
export interface AnchoredHead {
  readonly seq: number;
  readonly hash: string;
}

/** Whether an audit log is what was written: how long it is and where it ends, or the first place where it is not. */
export type Verification =
  | { readonly ok: true; readonly entries: number; readonly head: AnchoredHead | undefined; readonly anchors: number }
  | { readonly ok: false; readonly seq: number; readonly problem: string };

/** Follows the chain from its first entry to its last, and compares it with the anchors. */
export async function verifyAudit(
  entries: AsyncIterable<AuditTable>,
  anchors: readonly AnchoredHead[],
): Promise<Verification> {
  const anchored = Map.groupBy(anchors, ({ seq }) => seq);
  const check = createChainCheck();
  for await (const row of entries) {
    const broken = check.next(row);
    if (broken) return { ok: false, ...broken };
    const wrong = anchored.get(Number(row.seq))?.some(({ hash }) => hash !== row.hash);
    if (wrong) {
      return {
        ok: false,
        seq: Number(row.seq),
        problem: 'is not the one that was anchored: all up to it was rewritten',
      };
    }
  }
  const length = check.head?.seq ?? 0;
  const last = Math.max(0, ...anchors.map(({ seq }) => seq));
  if (last > length) {
    const problem = `is missing, and so is all after it: the log was cut off below the anchored entry ${last}`;
    return { ok: false, seq: length + 1, problem };
  }
  return { ok: true, entries: length, head: check.head, anchors: anchors.length };
}

/** The anchors among the lines of a bot's log; whatever is no anchor is passed over. */
export function anchorsIn(lines: Iterable<string>): AnchoredHead[] {
  const anchors: AnchoredHead[] = [];
  for (const line of lines) {
    if (!line.includes('"audit anchor"')) continue;
    const seq = /"seq":(\d{1,15})\b/.exec(line)?.[1];
    const hash = /"hash":"([0-9a-f]{64})"/.exec(line)?.[1];
    if (seq && hash) anchors.push({ seq: Number(seq), hash });
  }
  return anchors;
}
