/** Where a secret stands in a text: from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What stands in the place of a secret. */
const REMOVED = '[secret removed]';

// Every pattern here is tried at positions that cannot overlap or looks a fixed distance ahead: the whole is linear.
const QUICK = /apiv\d|xox|xapp-|bearer|eyJ|[A-Za-z0-9+/_-]{40}/i;
const RUN = /[\w+/=.~%-]{4,}/g;
/** An InfluxDB token, or a Slack token of any kind; four characters more, so that `apiv3_` in a sentence is a word. */
const MARKED = /(?:apiv\d{1,4}_|xox[a-z]?[.-]|xapp-)[\w+/=.~%-]{4}/i;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
/** A part of an address by itself, and not its first. */
const UUID_OF_PATH = /(?<=\/)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![^/])/gi;
const HEX = /(?<![A-Za-z0-9])(?:[0-9a-f]{16,}|[0-9A-F]{16,})(?![A-Za-z0-9])/g;
const BASE64 = /[A-Za-z0-9+/_-]{40,}/g;
const CHANGE_OF_KIND = /[a-z](?=[A-Z])|[A-Za-z](?=\d)|\d(?=[A-Za-z])/g;

/**
 * Where `text` holds something that looks like a secret, in order and without overlaps: `apiv<N>_…`, `xox…-`, `xapp-`,
 * the value after `Bearer`, JSON web tokens, long base64. UUIDs, hashes in hex, words and paths are not secrets. Linear.
 */
export function findSecrets(text: string): readonly Span[] {
  if (!QUICK.test(text)) return [];
  const spans: Span[] = [];
  let bearerEnd: number | undefined;
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const afterBearer = bearerEnd !== undefined && /^\s+$/.test(text.slice(bearerEnd, index));
    bearerEnd = /bearer$/i.test(run) ? index + run.length : undefined;
    const start = afterBearer && isCredential(run) ? 0 : secretStart(run);
    if (start !== undefined) spans.push(...spansIn(run, start).map((span) => shifted(span, index)));
  }
  return spans;
}

/** From where the secret starts to the end of the run; an ID in the path of an address is no part of it. */
function spansIn(run: string, start: number): readonly Span[] {
  const ids = [...run.matchAll(UUID_OF_PATH)].filter(({ index }) => index > start);
  const starts = [start, ...ids.map(({ index, 0: id }) => index + id.length)];
  const ends = [...ids.map(({ index }) => index), run.length];
  return starts.map((one, place) => ({ start: one, end: ends[place] ?? one })).filter((span) => span.start < span.end);
}

function shifted({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

/** Whether something in `text` looks like a secret, as `findSecrets` sees it. Linear. */
export function looksSecret(text: string): boolean {
  return findSecrets(text).length > 0;
}

/** The text with each known value, also where it is escaped, and all that looks like a secret replaced by `[secret removed]`. */
export function scrub(text: string, known: readonly string[]): string {
  return createScrubber(known)(text);
}

/**
 * `scrub` with the known values prepared once. They are found as they are, escaped once or twice as in JSON, and
 * percent-encoded. A known value of less than six characters is ignored: it would hit ordinary words.
 */
export function createScrubber(known: readonly string[]): (text: string) => string {
  const forms = [...new Set(known.filter((value) => value.length >= 6).flatMap(spellings))];
  const pattern = new RegExp(
    forms
      .sort((one, other) => other.length - one.length)
      .map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
      .join('|'),
    'g',
  );
  return (text) => withoutSpans(forms.length === 0 ? text : text.replace(pattern, REMOVED));
}

function spellings(value: string): readonly string[] {
  const escaped = JSON.stringify(value).slice(1, -1);
  return [value, escaped, JSON.stringify(escaped).slice(1, -1), encodeURIComponent(value.toWellFormed())];
}

function withoutSpans(text: string): string {
  let scrubbed = '';
  let end = 0;
  for (const span of findSecrets(text)) {
    scrubbed += text.slice(end, span.start) + REMOVED;
    end = span.end;
  }
  return scrubbed + text.slice(end);
}

/** "Bearer of bad news" holds no credential. */
function isCredential(run: string): boolean {
  return run.length >= 16 || (run.length >= 8 && /\d/.test(run));
}

function secretStart(run: string): number | undefined {
  const starts = [run.search(MARKED), webTokenStart(run), base64Start(run)].filter((start) => start >= 0);
  return starts.length > 0 ? Math.min(...starts) : undefined;
}

/** A JSON web token is base64url parts with dots between; its first part is an object, hence `eyJ`. */
function webTokenStart(run: string): number {
  const parts = run.split('.');
  let offset = 0;
  for (const [index, part] of parts.entries()) {
    const start = part.indexOf('eyJ');
    const following = parts[index + 1] ?? '';
    if (start >= 0 && part.length - start >= 10 && following.length >= 2) return offset + start;
    offset += part.length + 1;
  }
  return -1;
}

/** Random base64 changes between capitals, small letters and digits at two places in five; words and paths seldom do. */
function base64Start(run: string): number {
  const blank = (match: string) => ' '.repeat(match.length);
  const rest = run.length >= 40 ? run.replace(UUID, blank).replace(HEX, blank) : '';
  for (const { 0: piece, index } of rest.matchAll(BASE64)) {
    const changes = piece.match(CHANGE_OF_KIND)?.length ?? 0;
    if (changes >= piece.length / 6 && /[g-z]/i.test(piece)) return index;
  }
  return -1;
}
