import type { ClusterToken } from './seed-tokens.ts';

/** What goes back over the wire, before any fault gets at it. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One request as far as the Management API cares. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
}

/** What the Management API knows and how it is set up; answering changes `rows`. */
export interface ApiState {
  readonly base: string;
  /** The tokens by ID. */
  readonly rows: Map<string, ClusterToken>;
  readonly managementTokens: ReadonlySet<string>;
  readonly hidesRevoked: boolean;
  readonly secondDelete: 204 | 404;
  readonly now: () => Date;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The reply of InfluxDB's Management API: authentication first, then the path, then the ID, then the token. */
export function answer(state: ApiState, request: ApiRequest): Reply {
  if (!isAuthorized(state, request.authorization)) return failure(401);
  if (request.path === `${state.base}/tokens`) {
    return request.method === 'GET' ? ok(JSON.stringify([...state.rows.values()])) : failure(405);
  }
  const id = tokenIdOf(state, request.path);
  if (id === undefined) return failure(404);
  if (request.method !== 'GET' && request.method !== 'DELETE') return failure(405);
  if (!UUID.test(id)) return failure(400);
  return request.method === 'GET' ? one(state, id.toLowerCase()) : revoke(state, id.toLowerCase());
}

/** The ID at the end of a token's path; undefined for every other path. */
export function tokenIdOf({ base }: Pick<ApiState, 'base'>, path: string): string | undefined {
  const prefix = `${base}/tokens/`;
  const id = path.startsWith(prefix) ? path.slice(prefix.length) : '';
  return id === '' || id.includes('/') ? undefined : id;
}

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'bad request',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not found',
  405: 'method not allowed',
  500: 'internal server error',
};

/** An error in the API's own shape. */
function failure(status: number): Reply {
  return json(status, JSON.stringify({ code: status, message: MESSAGES[status] ?? 'error' }));
}

function one({ rows }: ApiState, id: string): Reply {
  const token = rows.get(id);
  return token ? ok(JSON.stringify(token)) : failure(404);
}

function revoke(state: ApiState, id: string): Reply {
  const token = state.rows.get(id);
  if (!token) return failure(404);
  if (token.revokedAt) return state.secondDelete === 204 ? NO_CONTENT : failure(404);
  if (state.hidesRevoked) state.rows.delete(id);
  else state.rows.set(id, { ...token, revokedAt: state.now().toISOString() });
  return NO_CONTENT;
}

/** Whether an `Authorization` header holds a management token that is valid now. */
export function isAuthorized({ managementTokens }: Pick<ApiState, 'managementTokens'>, authorization = ''): boolean {
  return authorization.startsWith('Bearer ') && managementTokens.has(authorization.slice('Bearer '.length));
}

const NO_CONTENT: Reply = { status: 204, headers: {}, body: '' };

function ok(body: string): Reply {
  return json(200, body);
}

function json(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}
