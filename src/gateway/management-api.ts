import type { Token } from '../generated/influxchatops/token/v1/token_service.ts';
import type { Base } from './allowed-request.ts';
import type { Backend, BackendOptions, ClusterCall } from './backend.ts';
import { type ClusterReply, createClusterConnection } from './cluster-connection.ts';
import { parsedJson, readToken } from './cluster-token.ts';
import { type Failure, protocolFailure } from './failure.ts';
import { arrayElements } from './json-array.ts';
import { refusal } from './refusal.ts';
import { bodyChunks, bodyText, discardBody } from './reply-body.ts';
import type { ClusterSettings } from './settings.ts';

const MAX_TOKEN_BYTES = 65_536;
const MAX_LIST_BYTES = 256 * 1_048_576;

/** The origin of a cluster's Management API, as its settings make it. */
export function originOf({ tls, port = 443 }: ClusterSettings, host: string): string {
  return new URL(`${tls.disable ? 'http' : 'https'}://${host}:${port}`).origin;
}

/** The REST Management API that InfluxDB Clustered (since release 20250508-1719206) and Cloud Dedicated share. */
export function managementApi(base: Base, { settings, managementToken }: BackendOptions): Backend {
  const connection = createClusterConnection(base, settings);
  const all = `${base.path}/tokens`;

  /** The reply, if it has the one status that means success; otherwise throws what the cluster said instead. */
  async function request(expected: number, line: { method: 'GET' | 'DELETE'; path: string }, call: ClusterCall) {
    const token = await managementToken.read();
    const reply = await connection.send({ ...line, ...call, managementToken: token });
    if (reply.statusCode === expected) return reply;
    if (reply.statusCode === 401) managementToken.refused();
    throw await refusal(reply, token);
  }

  return {
    get: async (tokenId, call) => {
      const reply = await request(200, { method: 'GET', path: `${all}/${tokenId}` }, call);
      const token = readToken(parsedJson(await bodyText(reply, MAX_TOKEN_BYTES)));
      if (!token) throw protocol(reply, 'a token of another shape');
      if (token.id !== tokenId) throw protocol(reply, 'a reply about another token');
      return token;
    },
    async *list(call) {
      const reply = await request(200, { method: 'GET', path: all }, call);
      for await (const text of arrayElements(bodyChunks(reply, MAX_LIST_BYTES))) yield listed(reply, text);
    },
    revoke: async (tokenId, call) => {
      discardBody(await request(204, { method: 'DELETE', path: `${all}/${tokenId}` }, call));
    },
    close: () => connection.close(),
  };
}

function listed(reply: ClusterReply, text: string): Token {
  const token = readToken(parsedJson(text));
  if (!token) throw protocol(reply, 'a listed token of another shape');
  return token;
}

function protocol({ statusCode }: ClusterReply, what: string): Failure {
  return protocolFailure(what, { clusterStatus: statusCode });
}
