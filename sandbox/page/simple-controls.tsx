import type { TargetedEvent } from 'preact';
import { Text } from './blocks.tsx';
import type { ElementOf } from './controls.tsx';
import { type Chosen, useSurface } from './surface.ts';

interface Props<Element> {
  readonly element: Element;
  readonly blockId: string;
  readonly id: string | undefined;
  readonly act: (chosen: Chosen) => void;
}

/** What was entered into this element, and what a label calls it. */
function useEntered(blockId: string, actionId: string | undefined): Chosen {
  const { entered } = useSurface();
  return entered[blockId]?.[actionId ?? ''] ?? {};
}

export function TextInput({ element, blockId, id, act }: Props<ElementOf<'plain_text_input'>>) {
  const entered = useEntered(blockId, element.action_id);
  const shown = {
    id,
    value: String(entered.value ?? element.initial_value ?? ''),
    placeholder: element.placeholder?.text ?? '',
    'aria-label': id === undefined ? (element.placeholder?.text ?? 'Text') : undefined,
    onInput: ({ currentTarget }: TargetedEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      act({ value: currentTarget.value }),
  };
  return element.multiline ? <textarea rows={5} {...shown} /> : <input type="text" {...shown} />;
}

/** Checkboxes or radio buttons. */
export function Ticks({ element, blockId, id, act }: Props<ElementOf<'checkboxes'> | ElementOf<'radio_buttons'>>) {
  const entered = useEntered(blockId, element.action_id);
  const isMany = element.type === 'checkboxes';
  const began = isMany ? (element.initial_options ?? []) : element.initial_option ? [element.initial_option] : [];
  const given = isMany ? entered.selected_options : entered.selected_option && [entered.selected_option];
  const chosen: readonly unknown[] = Array.isArray(given) ? given.map(valueIn) : began.map(({ value }) => value);
  const change = (value: string) => {
    const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value];
    const options = element.options.filter((option) => next.includes(option.value));
    const [option] = element.options.filter((one) => one.value === value);
    act(isMany ? { selected_options: options } : { selected_option: option });
  };
  return (
    <div class="ticks" role="group" aria-labelledby={id && `${id}-label`}>
      {element.options.map((option) => (
        <label key={option.value}>
          <input
            type={isMany ? 'checkbox' : 'radio'}
            name={`${blockId}-${element.action_id}`}
            checked={chosen.includes(option.value)}
            onChange={() => change(option.value)}
          />
          <span>
            <Text text={option.text} />
            {option.description && (
              <small>
                <Text text={option.description} />
              </small>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}

/** A static select of one option. */
export function OneOf({ element, blockId, id, act }: Props<ElementOf<'static_select'>>) {
  const entered = useEntered(blockId, element.action_id);
  const groups = element.option_groups ?? [{ label: undefined, options: element.options ?? [] }];
  const all = groups.flatMap(({ options }) => options);
  const value = 'selected_option' in entered ? valueIn(entered.selected_option) : element.initial_option?.value;
  const change = ({ currentTarget }: TargetedEvent<HTMLSelectElement>) =>
    act({ selected_option: all.find((option) => option.value === currentTarget.value) ?? null });
  const optionsOf = (options: typeof all) =>
    options.map((option) => (
      <option key={option.value} value={option.value}>
        {option.text.text}
      </option>
    ));
  return (
    <select
      id={id}
      value={typeof value === 'string' ? value : ''}
      aria-label={id === undefined ? (element.placeholder?.text ?? 'Select') : undefined}
      onChange={change}
    >
      <option value="">{element.placeholder?.text ?? 'Select an option'}</option>
      {groups.map(({ label, options }) =>
        label ? (
          <optgroup key={label.text} label={label.text}>
            {optionsOf(options)}
          </optgroup>
        ) : (
          optionsOf(options)
        ),
      )}
    </select>
  );
}

type Moment = ElementOf<'datepicker'> | ElementOf<'timepicker'> | ElementOf<'datetimepicker'>;

/** A date, a time of day, or both. */
export function When({ element, blockId, id, act }: Props<Moment>) {
  const entered = useEntered(blockId, element.action_id);
  const common = { id, 'aria-label': id === undefined ? element.type : undefined };
  switch (element.type) {
    case 'datepicker':
      return (
        <input
          type="date"
          {...common}
          value={String(entered.selected_date ?? element.initial_date ?? '')}
          onChange={({ currentTarget }) => act({ selected_date: currentTarget.value || null })}
        />
      );
    case 'timepicker':
      return (
        <input
          type="time"
          {...common}
          value={String(entered.selected_time ?? element.initial_time ?? '')}
          onChange={({ currentTarget }) => act({ selected_time: currentTarget.value || null })}
        />
      );
    case 'datetimepicker':
      return (
        <input
          type="datetime-local"
          {...common}
          onChange={({ currentTarget }) =>
            act({ selected_date_time: Math.floor(new Date(currentTarget.value).getTime() / 1000) })
          }
        />
      );
  }
}

function valueIn(option: unknown): unknown {
  return typeof option === 'object' && option !== null && 'value' in option ? option.value : undefined;
}
