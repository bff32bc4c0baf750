import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { createArmedFaults, type Fault, type FaultMatch } from './armed-faults.ts';
import { type Behaviour, misbehave, send } from './faults.ts';
import { type ClusterRequest, createJournal } from './journal.ts';
import { type ApiState, answer, isAuthorized, tokenIdOf } from './management-api.ts';
import { type ClusterToken, seedTokens } from './seed-tokens.ts';

/** The management token every cluster accepts unless told otherwise. */
export const MANAGEMENT_TOKEN = 'sandbox-management-token-4f2c8b';

export interface ClusterOptions {
  readonly product?: 'clustered' | 'dedicated';
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Some thirty believable ones when left out. */
  readonly tokens?: readonly ClusterToken[];
  readonly managementTokens?: readonly string[];
  readonly accountId?: string;
  readonly clusterId?: string;
  /** PEM texts. With `ca`, clients must show a certificate it signed. Without `tls` the cluster speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  readonly now?: () => Date;
}

/** InfluxDB's Management API in memory, over real HTTP on 127.0.0.1, with all one needs to watch it and make it fail. */
export interface Cluster {
  readonly product: 'clustered' | 'dedicated';
  readonly host: string;
  readonly port: number;
  /** Where the API's paths begin: `/api/v0`, or the longer one of Cloud Dedicated. */
  readonly base: string;
  /** The tokens as they are now. */
  readonly tokens: readonly ClusterToken[];
  /** Every request, in order of arrival. */
  readonly requests: readonly ClusterRequest[];
  /** The IDs of the DELETE requests that were let in, in order of arrival, whatever became of them. */
  readonly deletes: readonly string[];
  /** The most requests that were ever open at the same time. */
  readonly peakConcurrency: number;
  /** Those that are let in; may be changed. */
  readonly managementTokens: Set<string>;
  /** How long every request takes before it has an effect. */
  latencyMs: number;
  /** As older clusters: a revoked token's row is gone, and asking for it answers 404. */
  hidesRevoked: boolean;
  /** What revoking a revoked token answers. */
  secondDelete: 204 | 404;
  /** Adds tokens, or replaces those with the same ID. */
  put(...tokens: readonly ClusterToken[]): void;
  /** The next requests that match behave so. Of several faults the oldest that still hits wins. */
  fault(match: FaultMatch, behaviour: Behaviour): Fault;
  /** Calls back as each request arrives; the function returned ends that. */
  onRequest(listener: (request: ClusterRequest) => void): () => void;
  /** Calls back as each request ends, answered or not. */
  onAnswer(listener: (request: ClusterRequest) => void): () => void;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Starts a cluster; resolves when it listens. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const cluster = new MemoryCluster(options);
  await cluster.listen(options.port ?? 0);
  return cluster;
}

class MemoryCluster implements Cluster, ApiState {
  readonly product: 'clustered' | 'dedicated';
  readonly host = '127.0.0.1';
  readonly base: string;
  readonly rows: Map<string, ClusterToken>;
  readonly deletes: string[] = [];
  readonly managementTokens: Set<string>;
  readonly now: () => Date;
  latencyMs = 0;
  hidesRevoked = false;
  secondDelete: 204 | 404 = 204;
  port = 0;
  readonly #journal = createJournal();
  readonly #faults = createArmedFaults();
  readonly #server: Server;

  constructor(options: ClusterOptions) {
    const { product = 'clustered', accountId = 'sandbox-account', clusterId = 'sandbox-cluster', tls } = options;
    this.product = product;
    this.base = product === 'clustered' ? '/api/v0' : `/api/v0/accounts/${accountId}/clusters/${clusterId}`;
    this.rows = new Map((options.tokens ?? seedTokens()).map((token) => [token.id, token]));
    this.managementTokens = new Set(options.managementTokens ?? [MANAGEMENT_TOKEN]);
    this.now = options.now ?? (() => new Date());
    const serve = (incoming: IncomingMessage, response: ServerResponse) => void this.#serve(incoming, response);
    this.#server = tls
      ? createHttpsServer({ ...tls, requestCert: tls.ca !== undefined }, serve)
      : createHttpServer(serve);
  }

  get tokens(): readonly ClusterToken[] {
    return [...this.rows.values()];
  }

  get requests(): readonly ClusterRequest[] {
    return this.#journal.requests;
  }

  get peakConcurrency(): number {
    return this.#journal.peakConcurrency;
  }

  put(...tokens: readonly ClusterToken[]): void {
    for (const token of tokens) this.rows.set(token.id, token);
  }

  fault(match: FaultMatch, behaviour: Behaviour): Fault {
    return this.#faults.arm(match, behaviour);
  }

  onRequest(listener: (request: ClusterRequest) => void): () => void {
    return this.#journal.onRequest(listener);
  }

  onAnswer(listener: (request: ClusterRequest) => void): () => void {
    return this.#journal.onAnswer(listener);
  }

  async listen(port: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject).listen(port, this.host, resolve);
    await promise;
    const address = this.#server.address();
    this.port = typeof address === 'object' && address ? address.port : port;
  }

  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = this.#journal.record(incoming, response);
    const { method, path, headers } = request;
    const tokenId = tokenIdOf(this, path);
    if (method === 'DELETE' && tokenId && isAuthorized(this, headers.authorization)) this.deletes.push(tokenId);
    const fault = this.#faults.take(method, tokenId);
    if (this.latencyMs > 0) await delay(this.latencyMs);
    const apply = () => {
      request.effect = answer(this, { method, path, authorization: headers.authorization });
      return request.effect;
    };
    if (fault) await misbehave(fault.behaviour, { apply, response, released: fault.released });
    else send(response, apply());
  }
}
