import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.ts';

/** `--mode long` gives everything random its full size. */
export default defineConfig(({ mode }) => ({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', new CountReporter()],
    testTimeout: mode === 'long' ? 3_600_000 : 120_000,
    hookTimeout: 60_000,
    // Most suites wait for processes and sockets more than they compute.
    maxWorkers: 3,
    provide: { long: mode === 'long' },
  },
}));
