/** The value in this JSON; undefined when it is not JSON. */
export function fromJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** The fields of the object in this JSON; undefined when it is no object. */
export function objectFromJson(source: string): Readonly<Record<string, unknown>> | undefined {
  const value = fromJson(source);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
