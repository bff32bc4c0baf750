/** What people read in a message. */
export interface MessageText {
  readonly text: string;
  /** Whether the message was too large to be read to its end. */
  readonly cut: boolean;
  /** Its files, as the message describes them: anything may be in there. */
  readonly files: readonly unknown[];
}

/**
 * Where Slack keeps what people read: in blocks of every kind, attachments and files. `client_msg_id` is a UUID too, and
 * none of these; a `value` is read in the fields of an attachment, and is what a button carries elsewhere.
 */
const READ = new Set([
  ...['text', 'url', 'alt_text', 'title', 'label', 'description', 'fallback', 'pretext', 'footer', 'value'],
  ...['title_link', 'author_name', 'author_link', 'from_url', 'original_url', 'preview', 'plain_text', 'name'],
]);
/** What nobody sees: what an app stored, who posted it, and the message this one was copied from. */
const UNSEEN = new Set(['metadata', 'bot_profile', 'user_profile', 'icons', 'root', 'edited']);
const DEEPEST = 40;
const MOST_NODES = 50_000;
const MOST_CHARACTERS = 1024 * 1024;

/**
 * All that people see in a message of Slack's: its text, blocks, attachments, and what it shows of its files. Takes anything
 * at all, never throws, and stops reading where a message is deeper or longer than Slack makes them.
 */
export function messageText(message: unknown): MessageText {
  const { texts, cut } = textsIn(message);
  return { text: texts.join('\n'), cut, files: filesOf(message) };
}

interface Node {
  readonly key: string;
  readonly value: unknown;
  readonly depth: number;
}

function textsIn(message: unknown): { readonly texts: readonly string[]; readonly cut: boolean } {
  const texts: string[] = [];
  const waiting: Node[] = [{ key: '', value: message, depth: 0 }];
  let characters = 0;
  let cut = false;
  for (let seen = 0; ; seen += 1) {
    const node = waiting.pop();
    if (!node) return { texts, cut };
    const { key, value, depth } = node;
    if (typeof value === 'string' && READ.has(key)) {
      texts.push(value.slice(0, MOST_CHARACTERS - characters));
      characters += value.length;
    }
    if (seen >= MOST_NODES || characters > MOST_CHARACTERS) return { texts, cut: true };
    if (depth < DEEPEST) for (const part of partsOf(node)) waiting.push(part);
    else cut ||= typeof value === 'object' && value !== null;
  }
}

/** The last part first, since the last one put down is the next one taken. */
function partsOf({ key, value, depth }: Node): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  const parts: (readonly [string, unknown])[] = Array.isArray(value)
    ? value.slice(0, MOST_NODES).map((part) => [key, part] as const)
    : Object.entries(value).filter(([name]) => !UNSEEN.has(name) && (name !== 'value' || key === 'fields'));
  return parts.map(([name, part]) => ({ key: name, value: part, depth: depth + 1 })).reverse();
}

function filesOf(message: unknown): readonly unknown[] {
  if (typeof message !== 'object' || message === null || !('files' in message)) return [];
  return Array.isArray(message.files) ? message.files : [];
}
