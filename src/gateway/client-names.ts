/** One name in the text that Node makes of a certificate's names; what holds a comma or a quote is written as JSON. */
const NAME = /^(?<kind>[A-Za-z ]+):(?:"(?:[^"\\]|\\.)*"|(?<plain>[^",]*))(?:, |$)/;

/** Kinds of names by which a client may be known. Never its common name, which authorities do not vouch for. */
const KINDS: ReadonlySet<string> = new Set(['URI', 'DNS']);

/**
 * The URIs and DNS names that a certificate is made out to, from Node's `subjectAltName`. Names that Node had to quote
 * are left out: no client is called so, and somebody might hope that the quotes are overlooked.
 */
export function clientNames(subjectAltName: string | undefined): readonly string[] {
  const names: string[] = [];
  let rest = subjectAltName ?? '';
  while (rest !== '') {
    const match = NAME.exec(rest);
    if (!match) return []; // not as Node writes it: nothing in it is believed
    const { kind = '', plain } = match.groups ?? {};
    if (plain !== undefined && KINDS.has(kind)) names.push(kind === 'DNS' ? plain.toLowerCase() : plain);
    rest = rest.slice(match[0].length);
  }
  return names;
}
