import { useState } from 'preact/hooks';
import type { Element } from '../slack/block-kit-elements.ts';
import { Text } from './blocks.tsx';
import { type Asked, ConfirmDialog } from './confirm-dialog.tsx';
import { Emoji } from './emoji.tsx';
import { Plain } from './mrkdwn.tsx';
import { Picker } from './picker.tsx';
import { OneOf, TextInput, Ticks, When } from './simple-controls.tsx';
import { type Chosen, useSurface } from './surface.ts';

export type ElementOf<Type extends Element['type']> = Extract<Element, { type: Type }>;

interface ControlProps {
  readonly element: Element;
  readonly blockId: string;
  /** Set in an input block: its label points here, and nothing is told before the view is submitted. */
  readonly id?: string;
}

/** An element people use. A question that belongs to it is asked first. */
export function Control({ element, blockId, id }: ControlProps) {
  const { use, enter } = useSurface();
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const actionId = ('action_id' in element && element.action_id) || '';
  const act = (chosen?: Chosen) => {
    if (chosen) enter(blockId, actionId, chosen);
    if (id !== undefined) return;
    const go = () => use(blockId, actionId, chosen);
    const question = 'confirm' in element ? element.confirm : undefined;
    if (question) setAsked({ question, go });
    else go();
  };
  return (
    <>
      <Bare element={element} blockId={blockId} id={id} act={act} />
      {asked && <ConfirmDialog asked={asked} onClose={() => setAsked(undefined)} />}
    </>
  );
}

interface BareProps extends Omit<ControlProps, 'id'> {
  readonly id: string | undefined;
  readonly act: (chosen?: Chosen) => void;
}

function Bare({ element, blockId, id, act }: BareProps) {
  const common = { blockId, id, act };
  switch (element.type) {
    case 'button':
      return <Button element={element} act={act} />;
    case 'overflow':
      return <Overflow element={element} act={act} />;
    case 'image':
      return (
        <span class="picture">
          <Emoji sign="🖼️" /> {element.alt_text}
        </span>
      );
    case 'plain_text_input':
      return <TextInput element={element} {...common} />;
    case 'checkboxes':
    case 'radio_buttons':
      return <Ticks element={element} {...common} />;
    case 'static_select':
      return <OneOf element={element} {...common} />;
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return <When element={element} {...common} />;
    default:
      return <Picker element={element} {...common} />;
  }
}

function Button({ element, act }: { element: ElementOf<'button'>; act: () => void }) {
  const { isBusy } = useSurface();
  const { text, style = 'plain-button', accessibility_label: label, url } = element;
  const click = () => {
    if (isBusy) return;
    if (url && /^https?:/.test(url)) window.open(url, '_blank', 'noreferrer');
    act();
  };
  // A label that does not begin with the words on the button cannot be clicked by voice: Slack reads both.
  const spoken = label && (label.startsWith(text.text) ? label : `${text.text}. ${label}`);
  return (
    <button type="button" class={`button ${style}`} aria-label={spoken} aria-disabled={isBusy} onClick={click}>
      <Plain text={text.text} emoji={text.emoji} />
    </button>
  );
}

function Overflow({ element, act }: { element: ElementOf<'overflow'>; act: (chosen: Chosen) => void }) {
  const [isOpen, setOpen] = useState(false);
  const choose = (option: (typeof element.options)[number]) => {
    setOpen(false);
    if (option.url && /^https?:/.test(option.url)) window.open(option.url, '_blank', 'noreferrer');
    act({ selected_option: option });
  };
  return (
    <span class="menu-holder" onKeyDown={({ key }) => key === 'Escape' && setOpen(false)}>
      <button
        type="button"
        class="button plain-button"
        aria-label="More actions"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        ⋯
      </button>
      {isOpen && (
        <span class="menu">
          {element.options.map((option) => (
            <button key={option.value} type="button" onClick={() => choose(option)}>
              <Text text={option.text} />
              {option.description && <small>{option.description.text}</small>}
            </button>
          ))}
        </span>
      )}
    </span>
  );
}
