import { useEffect, useState } from 'preact/hooks';

/** Dark or light: as the machine is set, until somebody chooses. */
export function useTheme() {
  const [isDark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const wish = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setDark(wish.matches);
    wish.addEventListener('change', follow);
    return () => wish.removeEventListener('change', follow);
  }, []);
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }, [isDark]);
  return { isDark, toggle: () => setDark(!isDark) };
}
