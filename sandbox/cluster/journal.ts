import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Reply } from './management-api.ts';

/** One request as the cluster saw it, whatever became of it. `status` comes with the answer and is absent without one. */
export interface ClusterRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly at: Date;
  /** On a clock that only goes forward, for telling requests apart in time. */
  readonly atMs: number;
  status?: number;
  /** What the cluster did about it and would truly answer, whether or not that answer arrived. */
  effect?: Reply;
}

/** What the cluster remembers of the requests it got. */
export interface Journal {
  readonly requests: readonly ClusterRequest[];
  /** The most requests that were ever open at the same time. */
  readonly peakConcurrency: number;
  record(incoming: IncomingMessage, response: ServerResponse): ClusterRequest;
  onRequest(listener: (request: ClusterRequest) => void): () => void;
  onAnswer(listener: (request: ClusterRequest) => void): () => void;
}

/** An empty journal. */
export function createJournal(): Journal {
  const requests: ClusterRequest[] = [];
  const listeners = new Set<(request: ClusterRequest) => void>();
  const answerListeners = new Set<(request: ClusterRequest) => void>();
  let open = 0;
  let peakConcurrency = 0;
  return {
    requests,
    get peakConcurrency() {
      return peakConcurrency;
    },
    record: (incoming, response) => {
      const request = requestOf(incoming);
      requests.push(request);
      open += 1;
      peakConcurrency = Math.max(peakConcurrency, open);
      response.once('close', () => {
        open -= 1;
        if (response.headersSent) request.status = response.statusCode;
        for (const listener of answerListeners) listener(request);
      });
      for (const listener of listeners) listener(request);
      return request;
    },
    onRequest: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onAnswer: (listener) => {
      answerListeners.add(listener);
      return () => answerListeners.delete(listener);
    },
  };
}

function requestOf({ method = '', url = '', headers }: IncomingMessage): ClusterRequest {
  return { method, path: url, headers, at: new Date(), atMs: performance.now() };
}
