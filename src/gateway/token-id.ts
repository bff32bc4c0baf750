const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether this is a UUID in canonical lower-case form, of any version: the only thing that becomes part of a path. */
export function isTokenId(text: string): boolean {
  return CANONICAL.test(text);
}
