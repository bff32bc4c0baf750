import Bottleneck from 'bottleneck';

/** Starts lanes, a few at a time. A lane is whatever runs between two admissions. */
export interface Lanes {
  /** Runs the lane when it is admitted. */
  open(lane: () => Promise<void>): void;
}

/** Makes `Lanes` for so many at once, with so many milliseconds between two starts. */
export type OpenLanes = (concurrency: number, intervalMs: number) => Lanes;

/**
 * Lanes admitted by bottleneck, of which only `maxConcurrent` and `minTime` are used: its other features can hang, crash
 * or drop work. It never learns of deadlines, failures or results either; a lane that throws is a fault of ours.
 */
export const bottleneckLanes: OpenLanes = (concurrency, intervalMs) => {
  const bottleneck = new Bottleneck({ maxConcurrent: concurrency, minTime: intervalMs });
  return { open: (lane) => void bottleneck.schedule(lane) };
};
