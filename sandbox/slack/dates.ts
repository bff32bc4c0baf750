/** Where and when a reader looks at a date. */
export interface Reader {
  readonly timeZone: string;
  readonly now: Date;
}

const DAY_MS = 86_400_000;

/** A date as Slack shows it: `format` holds `{date_short_pretty}`, `{time}` and the like, `timestamp` is in seconds. */
export function formatDate(timestamp: number, format: string, reader: Reader): string {
  const date = new Date(timestamp * 1000);
  return format.replace(/\{(\w+)\}/g, (token, name: string) => one(date, name, reader) ?? token);
}

function one(date: Date, name: string, reader: Reader): string | undefined {
  if (name.endsWith('_pretty')) return relativeDay(date, reader) ?? one(date, name.slice(0, -'_pretty'.length), reader);
  const show = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { ...options, timeZone: reader.timeZone }).format(date);
  switch (name) {
    case 'date_num':
      return isoDay(date, reader.timeZone);
    case 'date_slash':
      return show({ day: '2-digit', month: '2-digit', year: 'numeric' });
    case 'date':
      return show({ month: 'long', day: 'numeric' });
    case 'date_short':
      return show({ month: 'short', day: 'numeric', year: 'numeric' });
    case 'date_long_full':
      return show({ month: 'long', day: 'numeric', year: 'numeric' });
    case 'date_long':
      return show({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
    case 'time':
      return show({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    case 'time_secs':
      return show({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
    case 'ago':
      return ago(date, reader.now);
    default:
      return undefined;
  }
}

function relativeDay(date: Date, { timeZone, now }: Reader): string | undefined {
  const day = isoDay(date, timeZone);
  if (day === isoDay(now, timeZone)) return 'today';
  if (day === isoDay(new Date(now.getTime() + DAY_MS), timeZone)) return 'tomorrow';
  if (day === isoDay(new Date(now.getTime() - DAY_MS), timeZone)) return 'yesterday';
  return undefined;
}

function isoDay(date: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(date);
}

function ago(date: Date, now: Date): string {
  const minutes = Math.round((date.getTime() - now.getTime()) / 60_000);
  const words = new Intl.RelativeTimeFormat('en-US');
  if (Math.abs(minutes) < 60) return words.format(minutes, 'minute');
  if (Math.abs(minutes) < 48 * 60) return words.format(Math.round(minutes / 60), 'hour');
  return words.format(Math.round(minutes / 1440), 'day');
}
