import { z } from 'zod';
import { MOST_PAGES } from '../src/revocation/looking/token-page.ts';
import type { TokenQuery } from '../src/revocation/looking/token-reader.ts';
import { looksSecret } from '../src/secrets.ts';
import { fromJson } from './dialog/view-metadata.ts';

/** How long the words of a search may be, so that they fit into a button. */
export const LONGEST_SEARCH = 200;
export const LONGEST_DATABASE = 64;

/** A list as it was asked for: what the button that turns its pages holds. */
export interface ListQuery extends TokenQuery {
  readonly profile: string;
  readonly format: 'table' | 'json';
}

const words = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .refine((text) => !looksSecret(text));

const buttonValue = z.strictObject({
  profile: z.string().max(100),
  search: words(LONGEST_SEARCH),
  database: words(LONGEST_DATABASE),
  includeRevoked: z.boolean(),
  order: z.enum(['id', 'description']),
  format: z.enum(['table', 'json']),
  page: z
    .int()
    .min(0)
    .max(MOST_PAGES - 1),
  timeoutMs: z.int().min(1_000).max(300_000),
});

/** What the button that shows this page of the list holds. */
export function listValue(query: ListQuery, page: number): string {
  const { profile, search, database, includeRevoked, order, format, timeoutMs } = query;
  return JSON.stringify({ profile, search, database, includeRevoked, order, format, page, timeoutMs });
}

/** The list a button asks for; undefined where its value is not one of ours. */
export function readListValue(value: string): ListQuery | undefined {
  return buttonValue.safeParse(fromJson(value)).data;
}

const planValue = z.strictObject({ profile: z.string().max(100), id: z.uuid().lowercase() });

/** What the button that starts a plan for this token holds. */
export function planValueOf(profile: string, id: string): string {
  return JSON.stringify({ profile, id });
}

/** The token a button asks a plan for; undefined where its value is not one of ours. */
export function readPlanValue(value: string): { readonly profile: string; readonly id: string } | undefined {
  return planValue.safeParse(fromJson(value)).data;
}
