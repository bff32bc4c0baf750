import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const DIRECTORY = join(import.meta.dirname, '../corpus');

const sequence = z.object({ ids: z.tuple([z.number(), z.number()]) });
const repetition = z.object({ repeat: z.string(), times: z.number() });

/** A text, written out or in pieces: `{ "ids": [0, 3] }` is three token IDs, `{ "repeat": "x", "times": 500 }` a long word. */
const text = z
  .union([z.string(), z.array(z.union([z.string(), sequence, repetition]))])
  .transform((parts) => (typeof parts === 'string' ? parts : parts.map(written).join('')));

const tokenIds = z
  .union([z.array(z.string()), sequence])
  .transform((ids) => ('ids' in ids ? numberedIds(...ids.ids) : ids));

/** A command that runs; what is left out has its default. */
const runs = z
  .object({
    run: z.string(),
    ids: tokenIds,
    merged: tokenIds.default([]),
    profile: text.optional(),
    reason: text.optional(),
    timeoutMs: z.number().default(60_000),
    force: z.boolean().default(false),
    debug: z.boolean().default(false),
  })
  .strict();

const typed = z.object({
  name: z.string(),
  text,
  means: z.union([
    runs,
    /** Help on `everything`, on a group of commands, or on one. */
    z.object({ help: z.string() }).strict(),
    /** An answer that holds these words. */
    z.object({ problem: z.array(z.string()) }).strict(),
    /** The answer about secrets, which holds none of these. */
    z.object({ secret: z.array(z.string()) }).strict(),
  ]),
});

/** Something typed after `/influx`, and what it means. */
export type Typed = z.output<typeof typed>;

/** A word in the place of a token ID: the ID it means, or what the answer says of it. A gateway takes only `id` itself. */
const tokenWord = z.object({
  name: z.string(),
  word: z.string(),
  id: z.string().optional(),
  says: z.string().optional(),
});

/** A word that means something elsewhere: what is said of it in the place of an ID, and what it is as a reason. */
const injection = z.object({ name: z.string(), word: z.string(), says: z.string(), reason: z.string() });

const fields = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
const status = z.union([z.number(), z.enum(['4xx', 'any'])]);

/** A slash command, or a click on a plan, with fields changed or left out; what is answered, where something is. */
const changedPayload = z.object({
  name: z.string(),
  command: z.object({ set: fields, drop: z.array(z.string()) }).optional(),
  click: z.object({ set: z.record(z.string(), z.unknown()), drop: z.array(z.string()) }).optional(),
  /** Bytes over HTTP; what is left out is as Slack sends it. */
  raw: z
    .object({
      method: z.string(),
      path: text,
      body: text,
      headers: z.record(z.string(), z.string()).optional(),
      timestamp: z.string().optional(),
      signature: text.optional(),
    })
    .optional(),
  /** `any` is every answer but a fault of the bot's. */
  status,
  says: z.string().nullish(),
});

/** Something that arrives from Slack, or seems to. */
export type Payload = z.output<typeof changedPayload>;

const applied = z.boolean().optional();
const behaviour = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('answer'),
    status: z.number(),
    headers: z.record(z.string(), z.string()).optional(),
    /** An object as JSON, or the body itself. */
    body: z.union([text, z.record(z.string(), z.unknown())]).optional(),
    applied,
  }),
  z.object({ kind: z.literal('raw'), bytes: text, applied }),
  z.object({ kind: z.literal('huge'), bytes: z.number(), applied }),
  z.object({ kind: z.literal('redirect'), to: z.string(), status: z.number().optional(), applied }),
  z.object({ kind: z.literal('html'), status: z.number().optional(), applied }),
  z.object({ kind: z.literal('gzip'), applied }),
  z.object({ kind: z.literal('wrong id') }),
  z.object({ kind: z.literal('reset'), applied: z.boolean() }),
  z.object({ kind: z.literal('cut'), afterBytes: z.number(), applied }),
]);

/** One reply to a read or a DELETE of a live token, and what the bot may make of it: an outcome, or the kind of failure. */
const clusterReply = z.object({
  name: z.string(),
  to: z.enum(['GET', 'DELETE']),
  reply: behaviour,
  means: z.enum([
    'live',
    'revoked',
    'not found',
    'invalid',
    'unauthenticated',
    'denied',
    'throttled',
    'busy',
    'lost',
    'protocol',
  ]),
});

/** A description a cluster may send: as people see it, and as the argument of the line they paste into a terminal. */
const description = z.object({ name: z.string(), description: z.string(), shown: z.string(), argument: z.string() });

const KINDS = ['unicode', 'layout', 'secrets', 'counts'] as const;

/** All cases of one kind. Throws where one is not of the kind's shape. */
function cases<T>(kind: string, schema: z.ZodType<T>): readonly T[] {
  const lines = readFileSync(join(DIRECTORY, `${kind}.ndjson`), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines.map((line) => schema.parse(JSON.parse(line)));
}

/** Commands by kind. */
export function typedCases(kind: (typeof KINDS)[number]): readonly Typed[] {
  return cases(kind, typed);
}

/** Token IDs and what resembles them. */
export const idCases = cases('ids', tokenWord);

/** Paths and injections. */
export const injectionCases = cases('injections', injection);

/** What arrives from Slack, or seems to. None of it has an effect. */
export const payloadCases = cases('payloads', changedPayload);

/** What a cluster, or something in its place, may answer. */
export const replyCases = cases('cluster-replies', clusterReply);

/** Descriptions of tokens. */
export const descriptionCases = cases('descriptions', description);

/** Every command of the corpus. */
export const allTyped: readonly Typed[] = [
  ...KINDS.flatMap(typedCases),
  ...idCases.map(({ name, word, id, says = '' }) => ({
    name: `an ID ${name}`,
    text: `token revoke ${word}`,
    means: id === undefined ? { problem: [says] } : runs.parse({ run: 'token revoke', ids: [id] }),
  })),
  ...injectionCases.map(({ name, word, says }) => ({
    name: `${name}, for an ID`,
    text: `token revoke ${word}`,
    means: { problem: [says] },
  })),
  ...injectionCases.map(({ name, word, reason }) => ({
    name: `${name}, for a reason`,
    text: `token revoke ${numberedIds(0, 1)[0]} --reason ${inQuotes(word)}`,
    means: runs.parse({ run: 'token revoke', ids: { ids: [0, 1] }, reason }),
  })),
];

function inQuotes(word: string): string {
  return word.includes('"') ? `'${word}'` : `"${word}"`;
}

function written(part: string | z.output<typeof sequence> | z.output<typeof repetition>): string {
  if (typeof part === 'string') return part;
  return 'ids' in part ? numberedIds(...part.ids).join(' ') : part.repeat.repeat(part.times);
}

/** Token IDs that count up. */
function numberedIds(from: number, to: number): string[] {
  return Array.from(
    { length: to - from },
    (_, index) => `00000000-0000-4000-8000-${`${from + index}`.padStart(12, '0')}`,
  );
}
