/** One line of what the doctor found. */
export interface Finding {
  readonly ok: boolean;
  /** What was looked at and how it is; what is not ok says how to mend it. */
  readonly text: string;
}

/** It works. */
export function ok(text: string): Finding {
  return { ok: true, text };
}

/** It does not, or not yet. */
export function notOk(text: string): Finding {
  return { ok: false, text };
}

/** `ok …` or `not ok …`, on one line whatever is in it. */
export function findingLine({ ok, text }: Finding): string {
  return `${ok ? 'ok' : 'not ok'} ${text.replace(/\s*\n\s*/g, ' ')}`;
}

/** What it came to, in one line. */
export function summary(findings: readonly Finding[]): string {
  const bad = findings.filter((finding) => !finding.ok).length;
  if (bad === 0) return `All of these ${findings.length} are ok.`;
  return `${bad} of these ${findings.length} ${bad === 1 ? 'is' : 'are'} not ok.`;
}
