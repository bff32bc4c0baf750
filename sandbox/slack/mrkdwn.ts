import { formatDate, type Reader } from './dates.ts';

/** How mrkdwn is turned into what is read on a screen. */
export interface Screen extends Reader {
  /** The name of a user, user group or channel ID. */
  nameOf(id: string): string;
  bold(text: string): string;
}

const EMOJI: Readonly<Record<string, string>> = {
  arrows_counterclockwise: '🔄',
  bell: '🔔',
  black_circle_for_record: '⏺',
  double_vertical_bar: '⏸',
  grey_question: '❔',
  heavy_check_mark: '✔',
  hourglass_flowing_sand: '⏳',
  information_source: 'ℹ',
  key: '🔑',
  large_green_circle: '🟢',
  large_yellow_circle: '🟡',
  lock: '🔒',
  no_entry: '⛔',
  octagonal_sign: '🛑',
  question: '❓',
  red_circle: '🔴',
  rotating_light: '🚨',
  warning: '⚠',
  white_check_mark: '✅',
  x: '❌',
};

/** An emoji's sign, or its `:name:` where this program does not know it. */
export function emoji(name: string): string {
  return EMOJI[name] ?? `:${name}:`;
}

/** What a reader sees of mrkdwn: links, mentions and dates resolved, styles applied, entities unescaped. */
export function readMrkdwn(source: string, screen: Screen): string {
  const resolved = source.replace(/<([^<>\n]+)>/g, (_, inside: string) => token(inside, screen));
  return resolved
    .split(/(```[\s\S]+?```|`[^`\n]+`)/)
    .map((part, index) => (index % 2 === 1 ? part.replace(/^```\n?|\n?```$|^`|`$/g, '') : styled(part, screen)))
    .map(unescapeEntities)
    .join('');
}

/** What a reader sees of plain text: emoji names become signs, nothing else changes. */
export function readPlain(source: string): string {
  return source.replace(/:([a-z0-9_+-]+):/g, (_, name: string) => emoji(name));
}

function styled(text: string, screen: Screen): string {
  return readPlain(text)
    .replace(
      /(^|[\s([{"'“])\*(\S|\S[^*\n]*?\S)\*(?=$|[\s.,:;!?)\]}"'”…])/gm,
      (_, before: string, inside: string) => before + screen.bold(inside),
    )
    .replace(/(^|[\s([{"'“])[_~](\S|\S[^_~\n]*?\S)[_~](?=$|[\s.,:;!?)\]}"'”…])/gm, '$1$2');
}

function token(inside: string, screen: Screen): string {
  const [target = '', label] = inside.split('|', 2);
  if (target.startsWith('!date^')) return date(target, label ?? '', screen);
  if (target.startsWith('!subteam^')) return `@${screen.nameOf(target.slice('!subteam^'.length))}`;
  if (target.startsWith('!')) return `@${target.slice(1)}`;
  if (target.startsWith('@')) return `@${screen.nameOf(target.slice(1))}`;
  if (target.startsWith('#')) return `#${label || screen.nameOf(target.slice(1))}`;
  return label === undefined ? target : `${label} (${target})`;
}

function date(target: string, fallback: string, screen: Screen): string {
  const [, timestamp, format] = target.split('^');
  if (!timestamp || !format || !Number.isFinite(Number(timestamp))) return fallback;
  return formatDate(Number(timestamp), format, screen);
}

function unescapeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
