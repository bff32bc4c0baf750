/** Text in which every emoji is drawn, as Slack draws them: also where the machine has no font for it. */
export function Words({ text }: { text: string }) {
  const parts = text.split(/(\p{RGI_Emoji})/v);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <Emoji key={`${index}`} sign={part} /> : part))}</>;
}

/** One emoji. The character stays in the page, for whoever listens to it or copies it. */
export function Emoji({ sign }: { sign: string }) {
  return (
    <span class="emoji" style={{ backgroundImage: `url(/emoji/${fileOf(sign)}.svg)` }}>
      {sign}
    </span>
  );
}

/** The picture's name: the code points, without the variation selector where nothing is joined. */
function fileOf(sign: string): string {
  const points = [...sign].map((character) => (character.codePointAt(0) ?? 0).toString(16));
  return (points.includes('200d') ? points : points.filter((point) => point !== 'fe0f')).join('-');
}
