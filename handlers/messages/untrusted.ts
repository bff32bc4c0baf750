/** Characters that are not text: controls, line breaks, and those that reorder or hide what is around them. */
const NOT_TEXT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u3164\uFFA0\u115F\u1160\u2800]+/gu;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Text from the cluster or from people, on one line, without anything invisible, cut to so many characters as people
 * count them. Still to be escaped wherever Slack would read a meaning into it.
 */
export function clean(text: string, maximum: number): string {
  const line = text.replace(NOT_TEXT, ' ').replace(/ {2,}/g, ' ').trim();
  // A grapheme can be as long as it likes, so code units are bounded too.
  const short: string[] = [];
  let units = 0;
  for (const { segment } of graphemes.segment(line.slice(0, maximum * 8))) {
    units += segment.length;
    if (short.length === maximum || units > maximum * 4) return `${short.slice(0, maximum - 1).join('')}…`;
    short.push(segment);
  }
  return short.join('');
}

/** Whether nothing in this text could surprise whoever pastes it into a terminal. */
export function isPlain(text: string): boolean {
  return text.search(NOT_TEXT) < 0;
}

/**
 * Text for a place where Slack reads mrkdwn, in which none of it means anything: entities are escaped, and a word joiner
 * keeps every mark from being one.
 */
export function escapeMrkdwn(text: string): string {
  return escapeEntities(text).replace(/[*_~`:@#]/g, (mark) => `\u2060${mark}\u2060`);
}

/** Text without mark-up for a place where Slack reads mrkdwn: people read, and copy, what it was. */
export function escapeEntities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Whether Slack could read a meaning into this text though its entities are escaped. A mark inside a word has none. */
export function isMarkUp(text: string): boolean {
  return /[@#]|(?<!\w)[*_~`]|[*_~`](?!\w)|:\S/.test(text);
}
