import { strangeCharacter } from './fold.ts';
import type { HelpTopic, Problem } from './spec.ts';

/** Says what is wrong, that nothing was done, and what to do now. */
export function problem(happened: string, remedy: string, usage?: HelpTopic): Problem {
  return { kind: 'problem', text: `${happened} Nothing was done. ${remedy}`, usage };
}

/** A word as it may be repeated: in quotation marks, cut short, with its length or its strange letter where that explains it. */
export function named(word: string): string {
  const characters = [...word.slice(0, 64)];
  const long = characters.length > 16;
  const strange = strangeCharacter(word);
  const remarks = [
    ...(long ? [`${word.length} characters`] : []),
    ...(strange ? [`character ${strange.position} is ${strange.character}, not a plain letter`] : []),
  ];
  const shown = long ? `${characters.slice(0, 16).join('')}…` : word;
  return `“${shown}”${remarks.length > 0 ? ` (${remarks.join(', ')})` : ''}`;
}
