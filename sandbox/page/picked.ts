import type { Element } from '../slack/block-kit-elements.ts';
import type { Answer, OptionAnswer } from './connection.ts';
import type { ElementOf } from './controls.tsx';
import type { Chosen } from './surface.ts';

/** The selects that are searched by typing. */
export type Picked = Exclude<Extract<Element, { type: `${string}_select` }>, ElementOf<'static_select'>>;

/** Options, below a label where they have one. */
export interface OptionGroup {
  readonly label?: string | undefined;
  readonly options: readonly OptionAnswer[];
}

type Names = Readonly<Record<string, string>>;
type Offered = Pick<Answer, 'options' | 'option_groups'>;

/** What an app offers, as groups; options that have none are one group without a label. */
export function groupsOf({ options, option_groups }: Offered): readonly OptionGroup[] {
  if (options) return [{ options }];
  return (option_groups ?? []).map((group) => ({ label: group.label.text, options: group.options }));
}

/** What fits in a select that asks no app: its own options, or people and channels by name. */
export function knownGroups(element: Picked, names: Names, typed: string): readonly OptionGroup[] {
  const all = element.type === 'multi_static_select' ? groupsOf(element) : [{ options: named(element, names) }];
  const fits = ({ text }: OptionAnswer) => text.text.toLowerCase().includes(typed.toLowerCase());
  return all
    .map(({ label, options }) => ({ label, options: options.filter(fits) }))
    .filter(({ options }) => options.length > 0);
}

function named(element: Picked, names: Names): OptionAnswer[] {
  const initial = element.type.includes('users') ? /^[UW]/ : /^[CD]/;
  return Object.keys(names)
    .filter((id) => initial.test(id))
    .map((id) => optionOf(id, names));
}

function optionOf(id: string, names: Names): OptionAnswer {
  return { value: id, text: { type: 'plain_text', text: names[id] ?? id } };
}

/** The property of a payload that holds what was chosen. */
function property(element: Picked): string {
  const what = /users|conversations|channels/.exec(element.type)?.[0] ?? 'options';
  return element.type.startsWith('multi_') ? `selected_${what}` : `selected_${what.slice(0, -1)}`;
}

/** What was chosen, as Slack tells the app. */
export function asChosen(element: Picked, options: readonly OptionAnswer[]): Chosen {
  const values = property(element).includes('option') ? options : options.map(({ value }) => value);
  return { [property(element)]: element.type.startsWith('multi_') ? values : (values[0] ?? null) };
}

/** What is chosen: what somebody entered, else what the app began with. */
export function chosenIn(element: Picked, entered: Chosen | undefined, names: Names): readonly OptionAnswer[] {
  const initial: Chosen = { ...element };
  const held =
    entered?.[property(element)] ?? (entered ? undefined : initial[property(element).replace('selected', 'initial')]);
  const list = Array.isArray(held) ? held : held ? [held] : [];
  return list.map((one) => (typeof one === 'string' ? optionOf(one, names) : one));
}
