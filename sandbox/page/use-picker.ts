import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { OptionAnswer } from './connection.ts';
import { asChosen, chosenIn, type Picked } from './picked.ts';
import { useReader } from './reader.ts';
import { type Chosen, useSurface } from './surface.ts';
import { useOffers } from './use-offers.ts';

/** What is typed, listed, active and chosen in a select, and how that changes by mouse and keyboard. */
export function usePicker(element: Picked, blockId: string, act: (chosen: Chosen) => void) {
  const { entered } = useSurface();
  const { names } = useReader();
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [activeValue, setActiveValue] = useState<string | undefined>(undefined);
  const offers = useOffers(element, blockId, isOpen ? typed : undefined);
  const whole = useRef<HTMLDivElement>(null);
  useClickOutside(whole, () => setOpen(false));

  const isMany = element.type.startsWith('multi_');
  const chosen = chosenIn(element, entered[blockId]?.[element.action_id ?? ''], names);
  const options = isOpen ? offers.groups.flatMap((group) => group.options) : [];
  const activeIndex = options.findIndex(({ value }) => value === activeValue);
  const isChosen = ({ value }: OptionAnswer) => chosen.some((one) => one.value === value);
  const remove = ({ value }: OptionAnswer) => {
    const others = chosen.filter((one) => one.value !== value);
    act(asChosen(element, others));
  };
  const choose = (option: OptionAnswer) => {
    if (isMany && isChosen(option)) remove(option);
    else act(asChosen(element, isMany ? [...chosen, option] : [option]));
    setTyped('');
    setOpen(isMany);
  };
  const type = (text: string) => {
    setTyped(text);
    setOpen(true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = chosen.at(-1);
    const active = options[activeIndex];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (event.key === 'Tab') setOpen(false);
    if (event.key === 'Backspace' && typed === '' && last) remove(last);
    if (step === undefined && !(isOpen && ['Enter', 'Escape'].includes(event.key))) return;
    // Else the form would be submitted, the dialog closed, or the caret moved.
    event.preventDefault();
    setOpen(event.key !== 'Escape');
    if (event.key === 'Enter' && active) choose(active);
    if (step !== undefined) setActiveValue(options.at(nextIndex(activeIndex, step, options.length))?.value);
  };
  return {
    ...{ typed, isOpen, offers, whole, isMany, chosen, activeIndex, active: options[activeIndex] },
    ...{ isChosen, remove, choose, type, onKeyDown, open: () => setOpen(true) },
  };
}

/** From one option to the next and, at either end, around. */
function nextIndex(index: number, step: number, length: number): number {
  if (index < 0) return step > 0 ? 0 : -1;
  return (index + step) % length;
}

/** Not when focus leaves: the page would move under a click that is on its way. */
function useClickOutside(whole: RefObject<HTMLElement | null>, close: () => void): void {
  useEffect(() => {
    const look = ({ target }: MouseEvent) => {
      if (target instanceof Node && target.isConnected && !whole.current?.contains(target)) close();
    };
    document.addEventListener('click', look);
    return () => document.removeEventListener('click', look);
  }, []);
}
