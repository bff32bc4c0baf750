/** One word of a folded text, without the quotation marks around it. */
export interface Word {
  readonly text: string;
  /** All of it stood in quotation marks: `"--force"`, not `--reason="x"`. */
  readonly quoted: boolean;
}

/** The words, or what follows a quotation mark that is never closed. */
export type Split = { readonly words: readonly Word[] } | { readonly unclosed: string };

/**
 * Splits a folded text at spaces, commas, semicolons and code marks. Quotation marks keep words together; one opens only
 * where a word starts or after the `=` of a flag, and closes only where a word ends: `don't` is a word. Linear.
 */
export function splitWords(text: string): Split {
  const words: Word[] = [];
  const separators = /[\s,;`]*/y;
  const opening = /((?:-[^\s,;`"'=]*=)?)(["'])/y;
  const plain = /[^\s,;`]+/y;
  const closing = { '"': /"(?=[\s,;`]|$)/g, "'": /'(?=[\s,;`]|$)/g };
  let position = 0;
  for (;;) {
    position = endOf(separators, text, position);
    if (position === text.length) return { words };
    opening.lastIndex = position;
    const [opened, head = '', mark] = opening.exec(text) ?? [];
    if (opened === undefined) {
      const end = endOf(plain, text, position);
      words.push({ text: text.slice(position, end), quoted: false });
      position = end;
    } else {
      const start = position + opened.length;
      const close = closing[mark === '"' ? '"' : "'"];
      close.lastIndex = start;
      const end = close.exec(text)?.index;
      if (end === undefined) return { unclosed: text.slice(start) };
      words.push({ text: head + text.slice(start, end), quoted: head === '' });
      position = end + 1;
    }
  }
}

function endOf(pattern: RegExp, text: string, position: number): number {
  pattern.lastIndex = position;
  pattern.exec(text);
  return pattern.lastIndex;
}
