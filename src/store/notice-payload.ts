import { z } from 'zod';

const refusal = z.object({
  user: z.string(),
  wish: z.string(),
  profile: z.string(),
  tokenIds: z.array(z.string()),
  denial: z.string(),
  subject: z.string(),
});

/** A notice as JSON. */
export const noticePayload = z.discriminatedUnion('about', [
  z.object({ about: z.literal('result'), planId: z.string() }),
  z.object({ about: z.literal('refusals'), latest: refusal, times: z.number(), since: z.coerce.date() }),
  z.object({ about: z.literal('anchor'), head: z.object({ seq: z.number(), hash: z.string() }) }),
  z.object({ about: z.literal('broken chain'), seq: z.number(), problem: z.string() }),
]);
