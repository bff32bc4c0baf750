import { type Client, Metadata } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';

export interface HealthCheck {
  readonly timeoutMs: number;
  /** Waits for a connection as long as the time allows, instead of failing with the first attempt. */
  readonly waitForReady?: boolean | undefined;
}

/** Whether the server behind this client says that it is serving; a server that does not answer is not. */
export async function isServing(client: Client, { timeoutMs, waitForReady = false }: HealthCheck): Promise<boolean> {
  const { Check: check } = service;
  if (!check) throw new Error('The health service has a Check.');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const options = { deadline: Date.now() + timeoutMs };
  client.makeUnaryRequest(
    check.path,
    check.requestSerialize,
    check.responseDeserialize,
    { service: '' },
    new Metadata({ waitForReady }),
    options,
    (_error, reply) => resolve(reply !== undefined && 'status' in reply && reply.status === 'SERVING'),
  );
  return promise;
}
