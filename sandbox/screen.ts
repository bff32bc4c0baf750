import type { Message } from './slack/message.ts';
import { render } from './terminal.ts';

/** Writes what a person in Slack does and sees to the terminal. */
export interface Screen {
  /** What somebody typed. */
  typed(person: string, channel: string, text: string): void;
  clicked(person: string, button: string): void;
  /** A message as that person sees it. */
  shown(message: Message): void;
  /** A line about the sandbox itself. */
  note(text: string): void;
}

export interface ScreenOptions {
  readonly write: (text: string) => void;
  readonly colour: boolean;
  readonly timeZone: string;
  readonly nameOf: (id: string) => string;
  readonly now: () => Date;
}

export function createScreen({ write, colour, timeZone, nameOf, now }: ScreenOptions): Screen {
  const dim = (text: string) => (colour ? `\u001b[2m${text}\u001b[0m` : text);
  const indented = (text: string) =>
    text
      .split('\n')
      .map((line) => (line ? `  │ ${line}` : '  │'))
      .join('\n');
  return {
    typed: (person, channel, text) => write(`\n${dim(`${person} in ${channel}`)}\n> ${text}\n`),
    clicked: (person, button) => write(`\n${dim(`${person} clicks`)} [ ${button} ]\n`),
    shown(message) {
      const audience = message.ephemeralFor ? `only visible to ${nameOf(message.ephemeralFor)}` : 'visible to all';
      const place = message.history.length > 0 ? 'the message now reads' : 'influx';
      write(
        `\n  ${dim(`${place}, ${audience}`)}\n${indented(render(message, { colour, timeZone, nameOf, now: now() }))}\n`,
      );
    },
    note: (text) => write(`${text}\n`),
  };
}
