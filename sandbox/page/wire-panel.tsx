import { useState } from 'preact/hooks';
import { useReader } from './reader.ts';
import type { WireEntry } from './state.ts';

/** What crossed the wires, the latest first. */
export function WirePanel({ entries }: { entries: readonly WireEntry[] }) {
  const [isQuiet, setQuiet] = useState(true);
  const shown = entries.filter(({ what }) => !isQuiet || !/^(users|usergroups)\.|Health\/Check$/.test(what));
  return (
    <section aria-label="Wire" class="panel">
      <p class="summary">
        Slack ⇄ bot ⇄ gateway ⇄ InfluxDB: {entries.length === 0 ? 'nothing crossed a wire yet.' : 'the latest first.'}
      </p>
      <label class="filter">
        <input type="checkbox" checked={!isQuiet} onChange={() => setQuiet(!isQuiet)} /> also look-ups of people and
        health checks
      </label>
      <ol class="wire">
        {[...shown].reverse().map((entry) => (
          <Entry key={entry.key} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry }: { entry: WireEntry }) {
  const { timeZone } = useReader();
  const { at, from, to, what, outcome, isGood, ms, headers, request, response } = entry;
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium', timeZone }).format(at);
  return (
    <li>
      <details>
        <summary>
          <span class={`way ${from}-${to}`}>
            {from} → {to}
          </span>
          <span class="what">{what}</span>
          <span class={isGood ? 'good' : 'bad'}>{outcome}</span>
          <small>
            {ms === undefined ? '' : `${Math.round(ms)} ms · `}
            {time}
          </small>
        </summary>
        {headers.length > 0 && <Body title="Headers" text={headers.join('\n')} />}
        {request && <Body title="Request" text={request} />}
        {response && <Body title="Answer" text={response} />}
      </details>
    </li>
  );
}

function Body({ title, text }: { title: string; text: string }) {
  return (
    <>
      <p class="body-title">{title}</p>
      <pre tabIndex={0}>{text}</pre>
    </>
  );
}
