import { z } from 'zod';
import { isPlanId, type PlanId } from '../../src/revocation/ids.ts';

const planMetadata = z.object({ plan: z.string().refine(isPlanId) });

/** What a view that shows a plan carries: its ID and nothing else. */
export function metadataOfPlan(plan: PlanId): string {
  return JSON.stringify({ plan });
}

/** The plan a view shows; empty, which names none, when it is not as the bot left it. */
export function planIn(metadata: string): PlanId {
  return planMetadata.safeParse(fromJson(metadata)).data?.plan ?? '';
}

/** Nothing where this is not JSON: whoever reads it checks what it is. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
