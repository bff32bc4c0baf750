import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Answer } from './connection.ts';

export type Chosen = Readonly<Record<string, unknown>>;
/** What was entered, by block and action. */
export type Entered = Readonly<Record<string, Readonly<Record<string, Chosen>>>>;

/** Where blocks are shown, and how using them gets to Slack. */
export interface Surface {
  readonly entered: Entered;
  /** Complaints about inputs, by block. */
  readonly errors: Readonly<Record<string, string>>;
  /** Whether something is on its way to Slack. */
  readonly isBusy: boolean;
  enter(blockId: string, actionId: string, chosen: Chosen): void;
  /** Tells the app. Not for inputs, which are told when they are submitted. */
  use(blockId: string, actionId: string, chosen?: Chosen): void;
  suggest(blockId: string, actionId: string, value: string): Promise<Answer>;
}

const NOWHERE: Surface = {
  entered: {},
  errors: {},
  isBusy: false,
  enter: () => undefined,
  use: () => undefined,
  suggest: async () => ({}),
};

export const SurfaceContext = createContext<Surface>(NOWHERE);

export function useSurface(): Surface {
  return useContext(SurfaceContext);
}
