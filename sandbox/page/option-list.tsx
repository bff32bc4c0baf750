import { useEffect, useRef } from 'preact/hooks';
import type { OptionAnswer } from './connection.ts';
import type { OptionGroup } from './picked.ts';

/** Where an option stands in the page, for whatever points at it. */
export function optionId(listId: string, index: number): string {
  return `${listId}-${index}`;
}

/** The options of a combobox, each group below its label. The keyboard stays in the combobox, which says what is active. */
export function OptionList({
  id,
  label,
  groups,
  active,
  isChosen,
  isMany,
  onChoose,
}: {
  id: string;
  label: string;
  groups: readonly OptionGroup[];
  active: OptionAnswer | undefined;
  isChosen: (option: OptionAnswer) => boolean;
  isMany: boolean;
  onChoose: (option: OptionAnswer) => void;
}) {
  const all = groups.flatMap(({ options }) => options);
  return (
    <div id={id} role="listbox" aria-label={label} aria-multiselectable={isMany}>
      {groups.map(({ label: heading, options }, index) => (
        <div key={heading ?? index} role="group" aria-labelledby={heading && `${id}-group-${index}`}>
          {heading && (
            <div id={`${id}-group-${index}`} role="presentation" class="group-label">
              {heading}
            </div>
          )}
          {options.map((option) => (
            <OptionRow
              key={option.value}
              {...{ option, onChoose, id: optionId(id, all.indexOf(option)) }}
              isActive={option === active}
              isChosen={isChosen(option)}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function OptionRow({
  id,
  option,
  isActive,
  isChosen,
  onChoose,
}: {
  id: string;
  option: OptionAnswer;
  isActive: boolean;
  isChosen: boolean;
  onChoose: (option: OptionAnswer) => void;
}) {
  const row = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isActive]);
  return (
    <button
      ref={row}
      type="button"
      tabIndex={-1}
      id={id}
      role="option"
      class={isActive ? 'option active' : 'option'}
      aria-selected={isChosen}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => onChoose(option)}
    >
      {option.text.text}
      {option.description && <small>{option.description.text}</small>}
    </button>
  );
}
