import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { OUTCOMES } from '../revocation/revocation.ts';
import type { OpenWork, Store } from '../revocation/store.ts';
import type { ProfileName } from '../revocation/token.ts';
import type { CertificateDays } from '../tls/certificate-days.ts';
import { among, CALL_RESULTS, CALLS, DENIALS, METHODS, PLAN_ENDS, REQUESTS, SLACK_RESULTS } from './labels.ts';
import type { StoreObserver } from './observed-store.ts';
import type { OnCall } from './observed-tokens.ts';

const PREFIX = 'influx_chatops_';
const ACKNOWLEDGED_WITHIN = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];
const CALLED_WITHIN = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const REVOKED_WITHIN = [0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 1_800];

/** What is read when somebody asks, instead of being counted. */
export interface MetricsSources {
  readonly store: Store;
  readonly connected: () => boolean;
  /** The certificates in use, by the profile they are for. */
  readonly certificates: () => ReadonlyMap<ProfileName, CertificateDays>;
}

/** Counts what happens, and tells it as Prometheus reads it. Every label has a closed set of values, and none is of people. */
export interface Metrics extends StoreObserver {
  readonly clusterCalled: OnCall;
  acknowledged(request: string, tookMs: number): void;
  called(method: string, result: string): void;
  turnedAway(status: number): void;
  readonly contentType: string;
  text(): Promise<string>;
}

export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addGauges(registry, sources);
  const counter = counters(registry);
  const histogram = histograms(registry);
  const tokens = counter('tokens_total', 'Tokens by what became of them', { outcome: OUTCOMES });
  const plans = counter('plans_ended_total', 'Plans by how they ended', { end: PLAN_ENDS });
  const denials = counter('denials_total', 'People not let through, by the reason', { reason: DENIALS });
  const slack = counter('slack_calls_total', 'Calls to Slack', { method: METHODS, result: SLACK_RESULTS });
  const again = counter('slack_retries_total', 'Messages to people sent another time', {});
  const away = counter('http_turned_away_total', 'HTTP requests not let in', { status: ['400', '401', '404', '413'] });
  const acknowledged = histogram('acknowledgement_seconds', 'Until Slack was answered', ACKNOWLEDGED_WITHIN, {
    request: REQUESTS,
  });
  const calls = histogram('cluster_call_seconds', 'Calls to clusters, by how they ended', CALLED_WITHIN, {
    call: CALLS,
    result: CALL_RESULTS,
  });
  const revocations = histogram('revocation_seconds', 'From the confirmation to the last outcome', REVOKED_WITHIN, {});
  return {
    tokenEnded: (outcome) => tokens.inc({ outcome }),
    planEnded: (end) => plans.inc({ end }),
    denied: (reason) => denials.inc({ reason: among(DENIALS, reason) }),
    called: (method, result) => slack.inc({ method: among(METHODS, method), result: among(SLACK_RESULTS, result) }),
    sentAgain: () => again.inc(),
    turnedAway: (status) => away.inc({ status: String(status) }),
    acknowledged: (request, ms) => acknowledged.observe({ request: among(REQUESTS, request) }, ms / 1_000),
    clusterCalled: (call, result, ms) => calls.observe({ call, result }, ms / 1_000),
    revocationEnded: (ms) => revocations.observe(ms / 1_000),
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };
}

type Labels = Readonly<Record<string, readonly string[]>>;

/** Counters that are there from the start: what never happened is a nought, and not missing. */
function counters(registry: Registry) {
  return (name: string, help: string, labels: Labels): Counter => {
    const counter = new Counter({ name: PREFIX + name, help, labelNames: Object.keys(labels), registers: [registry] });
    for (const values of combinations(labels)) counter.inc(values, 0);
    return counter;
  };
}

function histograms(registry: Registry) {
  return (name: string, help: string, buckets: number[], labels: Labels): Histogram =>
    new Histogram({ name: PREFIX + name, help, buckets, labelNames: Object.keys(labels), registers: [registry] });
}

function combinations(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (all, [name, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}

function addGauges(registry: Registry, { store, connected, certificates }: MetricsSources): void {
  const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void | Promise<void>) =>
    new Gauge({
      name: PREFIX + name,
      help,
      labelNames,
      registers: [registry],
      collect: function () {
        return collect(this);
      },
    });
  gauge('slack_connected', 'Whether Slack can reach the bot', [], (it) => it.set(connected() ? 1 : 0));
  gauge('open_work', 'What is not over yet, in the whole store', ['kind'], async (it) => {
    const open: OpenWork = await store.transaction((transaction) => transaction.openWork());
    for (const [kind, number] of Object.entries(open)) it.set({ kind }, number);
  });
  gauge('frozen', 'Whether /influx freeze is in force', [], async (it) => {
    it.set((await store.transaction((transaction) => transaction.freeze())) ? 1 : 0);
  });
  gauge('certificate_days', 'For how many more days certificates are good', ['profile', 'certificate'], (it) => {
    for (const [profile, days] of certificates()) {
      it.set({ profile, certificate: 'own' }, days.own);
      it.set({ profile, certificate: 'authority' }, days.authority);
    }
  });
}
