import { useEffect, useState } from 'preact/hooks';
import type { Element } from '../slack/block-kit-elements.ts';
import type { Answer, OptionAnswer } from './connection.ts';
import type { ElementOf } from './controls.tsx';
import { useReader } from './reader.ts';
import { type Chosen, useSurface } from './surface.ts';

type Picked = Exclude<Extract<Element, { type: `${string}_select` }>, ElementOf<'static_select'>>;

const ASK_AFTER_MS = 150;

/** A select that is searched by typing: external ones ask the app, those of people and channels know them. */
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
  const { entered, suggest } = useSurface();
  const { names } = useReader();
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [answer, setAnswer] = useState<Answer>({});
  const actionId = element.action_id ?? '';
  const isExternal = element.type === 'external_select' || element.type === 'multi_external_select';
  const enough = ('min_query_length' in element ? element.min_query_length : undefined) ?? (isExternal ? 3 : 0);
  const chosen = chosenIn(element, entered[blockId]?.[actionId]);
  const isMany = element.type.startsWith('multi_');

  useEffect(() => {
    if (typed === undefined || typed.length < enough) return setAnswer({});
    if (!isExternal) return setAnswer({ options: known(element, names, typed) });
    let isOver = false;
    const timer = setTimeout(async () => {
      const suggested = await suggest(blockId, actionId, typed);
      if (!isOver) setAnswer(suggested);
    }, ASK_AFTER_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [typed]);

  const choose = (next: readonly OptionAnswer[]) => {
    act(asChosen(element, next));
    setTyped(isMany ? '' : undefined);
  };
  const offered = answer.options ?? answer.option_groups?.flatMap(({ options }) => options) ?? [];
  const label = element.placeholder?.text ?? 'Choose';
  return (
    <div class="picker" onKeyDown={({ key }) => key === 'Escape' && setTyped(undefined)}>
      {chosen.map((option) => (
        <button
          key={option.value}
          type="button"
          class="chip"
          aria-label={`Remove ${option.text.text}`}
          onClick={() => choose(chosen.filter(({ value }) => value !== option.value))}
        >
          {option.text.text} ✕
        </button>
      ))}
      {(isMany || chosen.length === 0) && (
        <input
          type="text"
          id={id}
          role="combobox"
          aria-expanded={offered.length > 0}
          aria-controls={`${blockId}-${actionId}-options`}
          aria-autocomplete="list"
          aria-label={id === undefined ? label : undefined}
          placeholder={label}
          autocomplete="off"
          value={typed ?? ''}
          onFocus={() => setTyped(typed ?? '')}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      )}
      {typed !== undefined && (
        <div class="options" id={`${blockId}-${actionId}-options`}>
          {typed.length < enough && <small>Type {enough} characters to search.</small>}
          {answer.problem && <p class="refused">{answer.problem}</p>}
          {offered.map((option) => (
            <button key={option.value} type="button" onClick={() => choose(isMany ? [...chosen, option] : [option])}>
              {option.text.text}
              {option.description && <small>{option.description.text}</small>}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function known(element: Picked, names: Readonly<Record<string, string>>, typed: string): OptionAnswer[] {
  if (element.type === 'multi_static_select')
    return (element.options ?? element.option_groups?.flatMap(({ options }) => options) ?? []).filter(({ text }) =>
      text.text.toLowerCase().includes(typed.toLowerCase()),
    );
  const initial = element.type.includes('users') ? /^[UW]/ : /^[CD]/;
  return Object.entries(names)
    .filter(([id, name]) => initial.test(id) && name.toLowerCase().includes(typed.toLowerCase()))
    .map(([id, name]) => ({ value: id, text: { type: 'plain_text', text: name } }));
}

/** The property of a payload that holds what was chosen. */
function property(element: Picked): string {
  const what = /users|conversations|channels/.exec(element.type)?.[0] ?? 'options';
  return element.type.startsWith('multi_') ? `selected_${what}` : `selected_${what.slice(0, -1)}`;
}

function asChosen(element: Picked, options: readonly OptionAnswer[]): Chosen {
  const values = property(element).includes('option') ? options : options.map(({ value }) => value);
  return { [property(element)]: element.type.startsWith('multi_') ? values : (values[0] ?? null) };
}

function chosenIn(element: Picked, entered: Chosen | undefined): readonly OptionAnswer[] {
  const initial: Chosen = { ...element };
  const held =
    entered?.[property(element)] ?? (entered ? undefined : initial[property(element).replace('selected', 'initial')]);
  const list = Array.isArray(held) ? held : held ? [held] : [];
  return list.map((one) => (typeof one === 'string' ? { value: one, text: { type: 'plain_text', text: one } } : one));
}
