import { useEffect, useState } from 'preact/hooks';
import type { PageState, PageUpdate, WireEntry } from './state.ts';

const WIRE_KEPT = 300;

/** What the page knows. Parts are undefined until they came for the first time. */
export interface Known extends Partial<PageState> {
  readonly wire: readonly WireEntry[];
  readonly isConnected: boolean;
}

const NOTHING: Known = { wire: [], isConnected: false };

/** Follows the sandbox as this person sees it. */
export function useSandbox(user: string): Known {
  const [known, setKnown] = useState(NOTHING);
  useEffect(() => {
    const events = new EventSource(`/events?user=${encodeURIComponent(user)}`);
    // A new connection tells everything from the beginning.
    events.onopen = () => setKnown((before) => ({ ...before, wire: [], isConnected: true }));
    events.onerror = () => setKnown((before) => ({ ...before, isConnected: false }));
    events.onmessage = ({ data }) => {
      const { wire = [], ...parts }: PageUpdate = JSON.parse(data);
      setKnown((before) => ({ ...before, ...parts, wire: [...before.wire, ...wire].slice(-WIRE_KEPT) }));
    };
    return () => events.close();
  }, [user]);
  return known;
}

/** What came of something the page asked for. */
export interface Answer {
  /** Slack's or the sandbox's words for what went wrong. */
  readonly problem?: string;
  readonly errors?: Readonly<Record<string, string>>;
  readonly options?: readonly OptionAnswer[];
  readonly option_groups?: readonly {
    readonly label: { readonly text: string };
    readonly options: readonly OptionAnswer[];
  }[];
}

/** An option of an external select. */
export interface OptionAnswer {
  readonly text: { readonly type: 'plain_text'; readonly text: string };
  readonly value: string;
  readonly description?: { readonly text: string } | undefined;
}

/** Asks the sandbox to do something on somebody's behalf. Never throws. */
export async function ask(action: { readonly do: string } & Readonly<Record<string, unknown>>): Promise<Answer> {
  try {
    const response = await fetch('/do', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
    return await response.json();
  } catch {
    // The sandbox has ended: the page says so by itself, too.
    return { problem: 'The sandbox does not answer.' };
  }
}
