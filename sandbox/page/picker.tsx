import { useId, useRef } from 'preact/hooks';
import { OptionList, optionId } from './option-list.tsx';
import type { Picked } from './picked.ts';
import type { Chosen } from './surface.ts';
import type { Offers } from './use-offers.ts';
import { usePicker } from './use-picker.ts';

/**
 * A select that is searched by typing, for mouse and keyboard: arrows go through the list, Enter chooses, Escape closes
 * the list only, and Backspace takes the last choice away. See https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function Picker({
  element,
  blockId,
  id,
  act,
}: {
  element: Picked;
  blockId: string;
  id: string | undefined;
  act: (chosen: Chosen) => void;
}) {
  const picker = usePicker(element, blockId, act);
  const { chosen, isOpen, offers, active, activeIndex } = picker;
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const label = element.placeholder?.text ?? 'Choose';
  return (
    <div ref={picker.whole} class="picker">
      {chosen.map((option) => (
        <button
          key={option.value}
          type="button"
          class="chip"
          aria-label={`Remove ${option.text.text}`}
          onClick={() => {
            picker.remove(option);
            input.current?.focus();
          }}
        >
          {option.text.text} ✕
        </button>
      ))}
      <input
        ref={input}
        type="text"
        id={id}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={active && optionId(listId, activeIndex)}
        aria-autocomplete="list"
        aria-label={id === undefined ? label : undefined}
        placeholder={label}
        autocomplete="off"
        value={picker.typed}
        onFocus={picker.open}
        onClick={picker.open}
        onInput={({ currentTarget }) => picker.type(currentTarget.value)}
        onKeyDown={picker.onKeyDown}
      />
      {isOpen && (
        <div class="options">
          {offers.hint && <small>{offers.hint}</small>}
          {offers.problem && <p class="refused">{offers.problem}</p>}
          <OptionList
            {...{ id: listId, label, active, groups: offers.groups }}
            {...{ isMany: picker.isMany, isChosen: picker.isChosen, onChoose: picker.choose }}
          />
        </div>
      )}
      <span class="sr-only" role="status">
        {isOpen && spoken(offers)}
      </span>
    </div>
  );
}

/** What somebody who does not see the list hears of it. */
function spoken({ groups, hint, problem }: Offers): string {
  const number = groups.reduce((sum, { options }) => sum + options.length, 0);
  const labels = groups.flatMap(({ label }) => label ?? []);
  return problem ?? hint ?? [...labels, `${number} to choose from.`].join(' ');
}
