import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** Who reads, and how: names, clock, time zone. */
export interface Reader {
  readonly userId: string;
  readonly appName: string;
  /** User, group and channel IDs to names. */
  readonly names: Readonly<Record<string, string>>;
  readonly timeZone: string;
  /** The sandbox's present. */
  readonly now: () => Date;
}

/** The reader of everything below. */
export const ReaderContext = createContext<Reader>({
  userId: '',
  appName: 'app',
  names: {},
  timeZone: 'UTC',
  now: () => new Date(),
});

export function useReader(): Reader {
  return useContext(ReaderContext);
}

/** `14:03`, in the reader's own time zone. */
export function timeOf(at: Date, { timeZone }: Reader): string {
  return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(at);
}
