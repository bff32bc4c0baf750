import { isTokenId } from './token-id.ts';

/** Where a product's Management API begins: an origin, and a path without a slash at its end. */
export interface Base {
  readonly origin: string;
  readonly path: string;
}

/** The request line and target of one HTTP request, exactly as they leave. */
export interface Target {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
}

/**
 * Throws unless this is one of the three requests a gateway may make: GET of all tokens, GET or DELETE of one, on the
 * configured origin. A management token can drop databases too; this is the scope it lacks.
 */
export function assertAllowed(base: Base, { method, origin, path }: Target): void {
  const all = `${base.path}/tokens`;
  const one = path.startsWith(`${all}/`) && isTokenId(path.slice(all.length + 1));
  const allowed = method === 'GET' ? path === all || one : method === 'DELETE' && one;
  if (!allowed || origin !== base.origin) throw new Error('A request that no gateway may make was stopped.');
}
