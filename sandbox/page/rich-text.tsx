import type { ComponentChildren } from 'preact';
import type { RichText, RichTextInline, RichTextPart } from '../slack/block-kit-rich-text.ts';
import { formatDate } from '../slack/dates.ts';
import { emoji } from '../slack/mrkdwn.ts';
import { Words } from './emoji.tsx';
import { Link, Mention } from './mrkdwn.tsx';
import { useReader } from './reader.ts';

/** A rich text block. Nothing in it is parsed: what is text stays text. */
export function RichTextBlock({ block }: { block: RichText }) {
  return (
    <div class="rich-text">
      {block.elements.map((part, index) => (
        <Part key={index} part={part} />
      ))}
    </div>
  );
}

function Part({ part }: { part: RichTextPart }) {
  switch (part.type) {
    case 'rich_text_section':
      return <p>{inlines(part.elements)}</p>;
    case 'rich_text_quote':
      return <blockquote>{inlines(part.elements)}</blockquote>;
    case 'rich_text_preformatted':
      // Longer than the screen: a keyboard scrolls it.
      return <pre tabIndex={0}>{inlines(part.elements)}</pre>;
    case 'rich_text_list': {
      const rows = part.elements.map((row, index) => <li key={index}>{inlines(row.elements)}</li>);
      const indent = `indent-${part.indent ?? 0}`;
      if (part.style === 'bullet') return <ul class={indent}>{rows}</ul>;
      return (
        <ol class={indent} start={(part.offset ?? 0) + 1}>
          {rows}
        </ol>
      );
    }
  }
}

function inlines(elements: readonly RichTextInline[]): ComponentChildren {
  return elements.map((element, index) => <Inline key={index} element={element} />);
}

function Inline({ element }: { element: RichTextInline }) {
  const { bold, italic, strike, code } = element.style ?? {};
  let shown: ComponentChildren = <Bare element={element} />;
  if (code) shown = <code>{shown}</code>;
  if (strike) shown = <s>{shown}</s>;
  if (italic) shown = <i>{shown}</i>;
  if (bold) shown = <b>{shown}</b>;
  return <>{shown}</>;
}

function Bare({ element }: { element: RichTextInline }) {
  const { timeZone, now } = useReader();
  switch (element.type) {
    case 'text':
      return <Words text={element.text} />;
    case 'link':
      return <Link url={element.url} text={element.text ?? element.url} />;
    case 'user':
      return <Mention sign="@" id={element.user_id} />;
    case 'usergroup':
      return <Mention sign="@" id={element.usergroup_id} />;
    case 'channel':
      return <Mention sign="#" id={element.channel_id} />;
    case 'broadcast':
      return <Mention sign="@" id={element.range} />;
    case 'team':
      return <>{element.team_id}</>;
    case 'color':
      return <>{element.value}</>;
    case 'emoji':
      return <Words text={emoji(element.name)} />;
    case 'date': {
      const shown = formatDate(element.timestamp, element.format, { timeZone, now: now() });
      return <time dateTime={new Date(element.timestamp * 1000).toISOString()}>{shown}</time>;
    }
  }
}
