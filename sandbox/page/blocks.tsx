import type { Block } from '../slack/block-kit-blocks.ts';
import { Control } from './controls.tsx';
import { Emoji } from './emoji.tsx';
import { Mrkdwn, Plain } from './mrkdwn.tsx';
import { RichTextBlock } from './rich-text.tsx';
import { useSurface } from './surface.ts';

/** The blocks of a message, modal or App Home. */
export function Blocks({ blocks }: { blocks: readonly Block[] }) {
  return (
    <div class="blocks">
      {blocks.map((block, index) => (
        <OneBlock key={block.block_id ?? index} block={block} />
      ))}
    </div>
  );
}

function OneBlock({ block }: { block: Block }) {
  switch (block.type) {
    case 'header':
      return (
        <h3 class="block header">
          <Plain text={block.text.text} emoji={block.text.emoji} />
        </h3>
      );
    case 'divider':
      return <hr class="block" />;
    case 'section':
      return <Section block={block} />;
    case 'context':
      return (
        <div class="block context">
          {block.elements.map((element, index) =>
            element.type === 'image' ? <Picture key={index} {...element} /> : <Text key={index} text={element} />,
          )}
        </div>
      );
    case 'actions':
      return (
        <div class="block actions">
          {block.elements.map((element) => (
            <Control key={element.action_id} element={element} blockId={block.block_id ?? ''} />
          ))}
        </div>
      );
    case 'input':
      return <Input block={block} />;
    case 'image':
      return (
        <figure class="block">
          {block.title && <figcaption>{block.title.text}</figcaption>}
          <Picture {...block} />
        </figure>
      );
    case 'rich_text':
      return <RichTextBlock block={block} />;
    case 'markdown':
      return <div class="block plain">{block.text}</div>;
    case 'alert':
      return (
        <div class={`block alert ${block.level ?? 'default'}`}>
          <Text text={block.text} />
        </div>
      );
    case 'table':
      return <Table block={block} />;
  }
}

type BlockOf<Type extends Block['type']> = Extract<Block, { type: Type }>;

/** A text object. */
export function Text({ text }: { text: { type: 'plain_text' | 'mrkdwn'; text: string; emoji?: boolean | undefined } }) {
  return text.type === 'mrkdwn' ? <Mrkdwn text={text.text} /> : <Plain text={text.text} emoji={text.emoji} />;
}

function Section({ block: { text, fields = [], accessory, block_id = '' } }: { block: BlockOf<'section'> }) {
  return (
    <div class="block section">
      <div class="words">
        {text && <Text text={text} />}
        {fields.length > 0 && (
          <div class="fields">
            {fields.map((field, index) => (
              <Text key={index} text={field} />
            ))}
          </div>
        )}
      </div>
      {accessory?.type === 'image' && <Picture {...accessory} />}
      {accessory && accessory.type !== 'image' && <Control element={accessory} blockId={block_id} />}
    </div>
  );
}

function Input({ block }: { block: BlockOf<'input'> }) {
  const { block_id = '', label, hint, optional, element } = block;
  const { errors } = useSurface();
  const id = `input-${block_id}`;
  const error = errors[block_id];
  const isGroup = element.type === 'checkboxes' || element.type === 'radio_buttons';
  const Label = isGroup ? 'span' : 'label';
  return (
    <div class="block input">
      <Label id={`${id}-label`} {...(isGroup ? {} : { htmlFor: id })} class="label">
        {label.text} {optional && <small>(optional)</small>}
      </Label>
      <Control element={element} blockId={block_id} id={id} />
      {hint && <small class="hint">{hint.text}</small>}
      {error && (
        <p class="refused" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function Picture({ alt_text }: { alt_text: string }) {
  // The page loads nothing from the network.
  return (
    <span class="picture">
      <Emoji sign="🖼️" /> {alt_text}
    </span>
  );
}

function Table({ block: { rows } }: { block: BlockOf<'table'> }) {
  return (
    <div class="block table" tabIndex={0}>
      <table>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{cell.type === 'rich_text' ? <RichTextBlock block={cell} /> : cell.text}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
