import { z } from 'zod';

/** The durable steps of the main job, as the audit log or the queue of announcements names them, in their order. */
export const STEPS = [
  'plan asked for',
  'plan shown',
  'telling begun',
  'telling finished',
  'plan claimed',
  'revocation confirmed',
  'revoking token',
  'token revoked',
  'revocation finished',
] as const;

const failpoint = z.object({
  step: z.string(),
  when: z.enum(['before commit', 'after commit']),
  /** At which commit of this step, counted from 1 and from now. */
  nth: z.int().positive(),
  /** By which signal; or, before the commit, that there is no room for what it writes. */
  how: z.enum(['SIGKILL', 'SIGSTOP', 'disk full']),
});

/** Where a process dies, stands still, or cannot write. */
export type Failpoint = z.infer<typeof failpoint>;

/** What a bot under test is told. `arm`: null disarms · `full`: whether its disk is. */
export const armed = z.object({ arm: failpoint.nullable().optional(), full: z.boolean().optional() });
