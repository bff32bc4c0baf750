import { useEffect, useState } from 'preact/hooks';
import { groupsOf, knownGroups, type OptionGroup, type Picked } from './picked.ts';
import { useReader } from './reader.ts';
import { useSurface } from './surface.ts';

const ASK_AFTER_MS = 150;

/** What a list has to offer, and what there is to say instead. */
export interface Offers {
  readonly groups: readonly OptionGroup[];
  readonly hint?: string | undefined;
  readonly problem?: string | undefined;
}

/** What a select offers for what was typed: external ones ask the app, the others know it. Undefined asks nobody. */
export function useOffers(element: Picked, blockId: string, typed: string | undefined): Offers {
  const { suggest } = useSurface();
  const { names } = useReader();
  const [offers, setOffers] = useState<Offers>({ groups: [] });
  const isExternal = element.type === 'external_select' || element.type === 'multi_external_select';
  const enough = ('min_query_length' in element ? element.min_query_length : undefined) ?? (isExternal ? 3 : 0);
  useEffect(() => {
    if (typed === undefined) return setOffers({ groups: [] });
    if (typed.length < enough) return setOffers({ groups: [], hint: `Type ${enough} characters to search.` });
    if (!isExternal) return setOffers(found(knownGroups(element, names, typed)));
    let isOver = false;
    setOffers(({ groups }) => ({ groups, hint: groups.length > 0 ? undefined : 'Searching …' }));
    const timer = setTimeout(async () => {
      const answer = await suggest(blockId, element.action_id ?? '', typed);
      if (!isOver) setOffers(answer.problem ? { groups: [], problem: answer.problem } : found(groupsOf(answer)));
    }, ASK_AFTER_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [typed]);
  return offers;
}

function found(groups: readonly OptionGroup[]): Offers {
  return groups.some(({ options }) => options.length > 0) ? { groups } : { groups, hint: 'No results.' };
}
