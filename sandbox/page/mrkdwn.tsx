import type { ComponentChildren } from 'preact';
import { formatDate } from '../slack/dates.ts';
import { readPlain } from '../slack/mrkdwn.ts';
import { Words } from './emoji.tsx';
import { type Reader, useReader } from './reader.ts';

/** Slack's mrkdwn as it is seen. */
export function Mrkdwn({ text }: { text: string }) {
  const reader = useReader();
  const parts = text.split(/(```[\s\S]+?```|`[^`\n]+`)/);
  return <span class="mrkdwn">{parts.map((part, index) => (index % 2 === 1 ? code(part) : words(part, reader)))}</span>;
}

/** Plain text: emoji names become signs unless the app says no, and nothing else changes. */
export function Plain({ text, emoji = true }: { text: string; emoji?: boolean | undefined }) {
  return (
    <span class="plain">
      <Words text={emoji ? readPlain(text) : text} />
    </span>
  );
}

function code(part: string): ComponentChildren {
  if (part.startsWith('```')) return <pre>{unescapeEntities(part.slice(3, -3).replace(/^\n|\n$/g, ''))}</pre>;
  return <code>{unescapeEntities(part.slice(1, -1))}</code>;
}

function words(part: string, reader: Reader): ComponentChildren {
  return part
    .split(/(<[^<>\n]+>)/)
    .map((piece, index) => (index % 2 === 1 ? token(piece.slice(1, -1), reader) : styled(piece)));
}

const STYLES = [
  { tag: 'b', pattern: /(^|[\s([{"'“])\*(\S|\S[^*\n]*?\S)\*(?=$|[\s.,:;!?)\]}"'”…])/m },
  { tag: 'i', pattern: /(^|[\s([{"'“])_(\S|\S[^_\n]*?\S)_(?=$|[\s.,:;!?)\]}"'”…])/m },
  { tag: 's', pattern: /(^|[\s([{"'“])~(\S|\S[^~\n]*?\S)~(?=$|[\s.,:;!?)\]}"'”…])/m },
] as const;

function styled(text: string): ComponentChildren {
  for (const { tag: Tag, pattern } of STYLES) {
    const match = pattern.exec(text);
    if (!match) continue;
    const [whole, before = '', inside = ''] = match;
    return [
      styled(text.slice(0, match.index) + before),
      <Tag key={match.index}>{styled(inside)}</Tag>,
      styled(text.slice(match.index + whole.length)),
    ];
  }
  return <Words text={readPlain(unescapeEntities(text))} />;
}

function token(inside: string, reader: Reader): ComponentChildren {
  const [target = '', label] = inside.split('|', 2);
  if (target.startsWith('!date^')) return date(target, label ?? '', reader);
  const named = /^(?:@|#|!subteam\^)(.+)$/.exec(target)?.[1];
  if (named) return <Mention sign={target.startsWith('#') ? '#' : '@'} id={named} label={label} />;
  if (target.startsWith('!')) return <Mention sign="@" id={target.slice(1)} label={undefined} />;
  return <Link url={unescapeEntities(target)} text={unescapeEntities(label ?? target)} />;
}

function date(target: string, fallback: string, reader: Reader): string {
  const [, timestamp, format] = target.split('^');
  if (!timestamp || !format || !Number.isFinite(Number(timestamp))) return fallback;
  return formatDate(Number(timestamp), format, { timeZone: reader.timeZone, now: reader.now() });
}

/** A name that is pinged or pointed at. */
export function Mention({ sign, id, label }: { sign: '@' | '#'; id: string; label?: string | undefined }) {
  const { names, userId } = useReader();
  const name = label?.replace(/^[@#]/, '') || names[id] || id;
  return <span class={`mention${id === userId ? ' mine' : ''}`}>{`${sign}${name}`}</span>;
}

/** A link that opens beside the page. */
export function Link({ url, text }: { url: string; text: string }) {
  if (!/^(https?:|mailto:)/.test(url)) return <>{text}</>;
  return (
    <a href={url} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
}

function unescapeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
