import { z } from 'zod';
import { configSchema } from './schema.ts';

/** A key of `config.toml`, as a table of settings shows it. */
export interface Setting {
  /** `profile.policy.max_tokens` */
  readonly key: string;
  /** As it is written in the file; undefined when the key has none. */
  readonly default: string | undefined;
  readonly meaning: string;
}

/** Every key that works, in the order of the schema. */
export function settings(): readonly Setting[] {
  return settingsOf(configSchema, []);
}

function settingsOf(schema: unknown, path: readonly string[]): readonly Setting[] {
  const layers = layersOf(schema);
  const meaning = layers.map((layer) => layer.description).find((description) => description !== undefined);
  if (meaning !== undefined) return [{ key: path.join('.'), default: defaultOf(layers), meaning }];
  return Object.entries(shapeOf(schema)).flatMap(([key, inner]) => settingsOf(inner, [...path, key]));
}

/** The keys that the table at this path of a file may have. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: unknown = configSchema;
  for (const key of path) {
    // A number is the place in a list of tables, which all have one schema.
    if (typeof key === 'string') schema = shapeOf(schema)[key];
  }
  return Object.keys(shapeOf(schema));
}

/** A schema, and the ones inside its defaults and lists. */
function layersOf(schema: unknown): readonly z.ZodType[] {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) return [schema, ...layersOf(schema.unwrap())];
  if (schema instanceof z.ZodArray) return [schema, ...layersOf(schema.element)];
  return schema instanceof z.ZodType ? [schema] : [];
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  const innermost = layersOf(schema).at(-1);
  return innermost instanceof z.ZodObject ? innermost.shape : {};
}

function defaultOf(layers: readonly z.ZodType[]): string | undefined {
  const layer = layers.find((one) => one instanceof z.ZodPrefault);
  const value: unknown = layer?.def.defaultValue;
  if (Array.isArray(value) && value.length > 0) return `[${value.map((one) => JSON.stringify(one)).join(', ')}]`;
  return value === undefined || typeof value === 'object' ? undefined : JSON.stringify(value);
}
