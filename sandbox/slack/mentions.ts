import type { Block } from './block-kit-blocks.ts';

/** What in a message acts on people beyond being read. */
export interface Reach {
  /** Who is pinged: user and user group IDs, and `here`, `channel`, `everyone`. */
  readonly mentions: readonly string[];
  /** The addresses that can be clicked, buttons not counted. */
  readonly links: readonly string[];
}

/** Who a message pings and where its words lead: by mrkdwn (the text included, which Slack parses too) and by rich text. */
export function reachOf(text: string, blocks: readonly Block[]): Reach {
  const mentions: string[] = [];
  const links: string[] = [];
  for (const source of [text, ...mrkdwnIn(blocks)]) {
    for (const [, target = ''] of source.matchAll(/<([^<>|\n]+)(?:\|[^<>\n]*)?>/g)) {
      const ping = /^(?:@|!subteam\^|!(?=(?:here|channel|everyone)$))(.+)$/.exec(target)?.[1];
      if (ping) mentions.push(ping);
      else if (/^(?:https?|mailto|tel):/.test(target)) links.push(target);
    }
  }
  for (const element of objectsIn(blocks)) {
    if (element.type === 'user') mentions.push(String(element.user_id));
    if (element.type === 'usergroup') mentions.push(String(element.usergroup_id));
    if (element.type === 'broadcast') mentions.push(String(element.range));
    if (element.type === 'link') links.push(String(element.url));
  }
  return { mentions, links };
}

function mrkdwnIn(blocks: readonly Block[]): readonly string[] {
  return objectsIn(blocks).flatMap(({ type, text }) => (type === 'mrkdwn' && typeof text === 'string' ? [text] : []));
}

/** Every object anywhere in a value. */
function objectsIn(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  const fields = { ...value };
  return [fields, ...Object.values(fields).flatMap(objectsIn)];
}
