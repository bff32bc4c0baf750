import { escapeMrkdwn } from './untrusted.ts';

/** Slack cuts the text of a message off after 40,000 characters; a sentence before and after it must fit too. */
const LONGEST_TEXT = 39_000;
const BRIEF_ROW = 50;

/** A text, and what is said in its place in a message that would be too long. */
export interface Spoken {
  readonly text: string;
  readonly brief?: string;
}

/** The texts together. Where they are too long, the longest are replaced by their brief ones. */
export function spokenTogether(parts: readonly Spoken[]): string {
  const texts = parts.map(({ text }) => text);
  const length = () => texts.reduce((sum, text) => sum + text.length + 1, 0);
  const longestFirst = parts.map((part, index) => ({ ...part, index })).sort((a, b) => b.text.length - a.text.length);
  for (const { index, brief } of longestFirst) {
    if (length() <= LONGEST_TEXT) break;
    if (brief !== undefined && brief.length < (texts[index]?.length ?? 0)) texts[index] = brief;
  }
  return texts.filter(Boolean).join('\n');
}

/** The beginning of each row, which says what it is about. */
export function briefRows(rows: readonly string[]): string {
  return rows
    .map((row) => {
      const characters = Array.from(row);
      if (characters.length <= BRIEF_ROW) return escapeMrkdwn(row);
      return escapeMrkdwn(`${characters.slice(0, BRIEF_ROW).join('')}…`);
    })
    .join('\n');
}
