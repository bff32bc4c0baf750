import { z } from 'zod';
import { parseDuration } from '../duration.ts';

/** The kinds of values in `config.toml`. A message never repeats a value: it could be a secret in the wrong place. */

/** A table with these keys and no others. */
export const table = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.strictObject(shape, { error: ({ code }) => (code === 'unrecognized_keys' ? undefined : 'must be a table') });

/** A text without the space around it. influxctl writes keys it does not use with an empty value. */
export const text = (what: string) =>
  z.string(what).transform((value) => (value.trim() === '' ? undefined : value.trim()));

/** A text of this form, or an empty one. */
export const pattern = (expected: RegExp, what: string) =>
  text(what).refine((value) => value === undefined || expected.test(value), what);

/** A list of texts of this form. */
export const ids = (expected: RegExp, what: string) =>
  z.array(z.string(what).regex(expected, what), `must be a list: [${what.replace(/^.*such as /, '')}]`);

/** A Go duration within these bounds, as milliseconds. */
export const duration = (shortestMs: number, longestMs: number, what: string) =>
  z.string(what).transform((value, context) => {
    const milliseconds = parseDuration(value);
    if (milliseconds !== undefined && milliseconds >= shortestMs && milliseconds <= longestMs) return milliseconds;
    context.addIssue(what);
    return z.NEVER;
  });

const DAY_MS = 24 * 3_600_000;

/** The same, and whole days too, which Go has no letter for: `14d`. */
export const longDuration = (shortestMs: number, longestMs: number, what: string) =>
  z
    .string(what)
    .transform((value) =>
      value.replace(/^(\d{1,4})d$/, (_whole, days: string) => `${(Number(days) * DAY_MS) / 1_000}s`),
    )
    .pipe(duration(shortestMs, longestMs, what));

/** A whole number within these bounds. */
export const whole = (least: number, most: number) => {
  const what = `must be a whole number from ${least} to ${most}`;
  return z.int(what).min(least, what).max(most, what);
};

/** True or false. */
export const flag = z.boolean('must be true or false');
/** People of Slack. */
export const users = ids(/^[UW][A-Z0-9]{2,}$/, 'must be a user ID, such as "U0123ABCD"');
/** Groups of people of Slack. */
export const usergroups = ids(/^S[A-Z0-9]{2,}$/, 'must be the ID of a user group, such as "S0123ABCD"');
/** Channels of Slack. */
export const channels = ids(/^[CGD][A-Z0-9]{2,}$/, 'must be a channel ID, such as "C0123ABCD"');
/** Workspaces of Slack. */
export const teams = ids(/^[TE][A-Z0-9]{2,}$/, 'must be a workspace ID, such as "T0123ABCD"');

/** A socket of this machine, or a port: of a host, or of an address in brackets where it holds colons. */
export const place = (example: string) =>
  pattern(
    /^(?:unix:.+|(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\]):\d{1,5})$/,
    `must be "unix:/path" or a host and a port, such as "${example}"`,
  ).refine(
    (value = '') => value.startsWith('unix:') || Number(/\d*$/.exec(value)) < 65_536,
    'must have a port up to 65535',
  );

/** The path of a PEM file, which may be left out. */
export const pem = (meaning: string) => text('must be the path of a PEM file').optional().describe(meaning);

/** A URI or a DNS name as it stands in a certificate: no pattern. */
const CLIENT = /^(?:[a-z][a-z0-9+.-]*:\/\/[^\s",*]+|[A-Za-z0-9][A-Za-z0-9.-]*)$/;

/** The names of clients of a gateway; not none. */
export const clients = z
  .array(z.string(), 'must be a list: ["spiffe://example.com/influx-chatops"]')
  .min(1, 'is empty: nobody could connect. Write clients = ["spiffe://example.com/influx-chatops"]')
  .refine(
    (names) => names.every((name) => CLIENT.test(name)),
    'must be URIs or DNS names, whole, such as "spiffe://example.com/influx-chatops"',
  );
