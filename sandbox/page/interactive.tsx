import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ask } from './connection.ts';
import { useReader } from './reader.ts';
import { type Chosen, type Entered, SurfaceContext } from './surface.ts';

/** Where the blocks are: on a message, or in a view. */
export type Place = { readonly channel: string; readonly ts: string } | { readonly viewId: string };

/** Makes the blocks inside work: what is used goes to Slack, and what Slack says against it is shown below. */
export function Interactive({
  place,
  errors = {},
  onEnter,
  children,
}: {
  place: Place;
  errors?: Readonly<Record<string, string>>;
  onEnter?: (entered: Entered) => void;
  children: ComponentChildren;
}) {
  const { userId: user } = useReader();
  const [entered, setEntered] = useState<Entered>({});
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | undefined>(undefined);

  const enter = (blockId: string, actionId: string, chosen: Chosen) => {
    const block = entered[blockId] ?? {};
    const next = { ...entered, [blockId]: { ...block, [actionId]: chosen } };
    setEntered(next);
    onEnter?.(next);
  };
  const use = async (blockId: string, actionId: string, chosen?: Chosen) => {
    setBusy(true);
    setProblem(undefined);
    const what = { user, ...place, blockId, actionId, chosen, values: entered };
    const answer = await ask({ do: 'viewId' in place ? 'use in view' : 'use', ...what });
    setBusy(false);
    setProblem(answer.problem);
  };
  const suggest = (blockId: string, actionId: string, value: string) =>
    ask({ do: 'suggest', user, ...place, blockId, actionId, value });

  return (
    <SurfaceContext.Provider value={{ entered, errors, isBusy, enter, use, suggest }}>
      {children}
      {problem && (
        <p class="refused" role="alert">
          {problem}
        </p>
      )}
    </SurfaceContext.Provider>
  );
}
